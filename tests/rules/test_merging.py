"""What two people wrote into one draft: each change is kept, and only a real clash is asked."""

from app.rules import merging

READ = {"title": "Garden", "idea": "Lindens."}


def _marks(answers):
    return merging.read_marks(merging.marks(("title", "idea"), answers))


def test_who_changed_one_answer_keeps_the_other_that_a_colleague_changed():
    stands = {"title": "Garden", "idea": "Lindens and benches."}

    merged = merging.merge(_marks(READ), stands, {"title": "Orchard", "idea": "Lindens."})

    assert (merged.written, merged.clashes) == ({"title": "Orchard"}, ())


def test_both_changed_one_answer_differently_and_neither_is_written():
    stands = {"title": "Park", "idea": "Lindens."}

    merged = merging.merge(_marks(READ), stands, {"title": "Orchard", "idea": "Lindens."})

    assert (merged.written, merged.clashes) == ({"idea": "Lindens."}, ("title",))


def test_both_wrote_the_same_and_nobody_is_asked():
    stands = {"title": "Park", "idea": "Lindens."}

    assert merging.merge(_marks(READ), stands, {"title": "Park"}).clashes == ()


def test_an_answer_that_was_emptied_by_one_and_changed_by_the_other_is_asked_about():
    assert merging.merge(_marks(READ), {"title": ""}, {"title": "Orchard"}).clashes == ("title",)


def test_without_a_mark_the_typed_answer_is_written():
    merged = merging.merge({}, {"title": "Park"}, {"title": "Orchard"})

    assert merged.written == {"title": "Orchard"}


def test_a_page_that_goes_on_does_not_undo_what_a_colleague_wrote_meanwhile():
    typed = {"title": "Orchard", "idea": "Lindens."}
    stands = {"title": "Orchard", "idea": "Lindens and benches."}
    goes_on = merging.read_marks(merging.marks_after(_marks(READ), stands, typed))

    again = merging.merge(goes_on, stands, typed | {"title": "Orchards"})

    assert (again.written, again.clashes) == ({"title": "Orchards"}, ())


def test_a_broken_field_only_loses_the_check():
    assert merging.read_marks("title:zz,idea,,:") == {}


def test_no_answer_and_an_empty_one_are_the_same():
    assert merging.mark(None) == merging.mark("") == merging.mark([])


def test_the_order_of_the_columns_in_a_row_changes_no_answer():
    assert merging.mark([{"name": "A", "share": 1}]) == merging.mark([{"share": 1, "name": "A"}])
