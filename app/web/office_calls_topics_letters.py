"""Topics about the letters of a call, each with its paragraphs and a preview."""

from functools import partial

from app.i18n import text
from app.i18n.marks import N_
from app.queries.scheme_labels import PAPERS
from app.rules.messages import Message
from app.rules.scheme import Scheme
from app.rules.scheme_check_letters import LETTER_OF
from app.rules.scheme_edit import new_key
from app.rules.scheme_letters import Letter, Outcome
from app.web import office_calls_ask as ask
from app.web.fields import Option, Verbatim
from app.web.office_calls_asked import titled
from app.web.office_calls_topics import LETTERS, TEXTS, Adding, Group, Line, Topic, names, topic


@topic(LETTERS)
def letters(scheme: Scheme, _numbers: tuple[int, ...]) -> Topic:
    lines = tuple(
        Line(
            titled(each),
            Verbatim(", ".join(_named(outcome) for outcome in each.outcomes)),
            f"letters/{place}",
            f"letters.letters[{place}]",
        )
        for place, each in enumerate(scheme.letters.letters)
    )
    return Topic(
        key=LETTERS,
        title=N_("Letters"),
        hint=N_("Every outcome that is possible under these rules has its letter."),
        lines=(*lines, Line(N_("Texts and times of letters"), N_("What all of them say"), TEXTS)),
        adding=(Adding(N_("Add a letter"), "letters.letters", partial(_new_letter, scheme)),),
    )


@topic("letters/#")
def letter(scheme: Scheme, numbers: tuple[int, ...]) -> Topic:
    mine, path = scheme.letters.letters[numbers[0]], f"letters.letters[{numbers[0]}]"
    papers = [Option(key, PAPERS[key]) for key in sorted(set(PAPERS) | {mine.document})]
    outcomes = [Option(each.value, Verbatim(_named(each))) for each in Outcome]
    main = [
        ask.words(scheme, f"{path}.title"),
        ask.options(scheme, f"{path}.document", papers),
        ask.several(scheme, f"{path}.outcomes", outcomes),
        ask.choose(
            scheme, f"{path}.stage", scheme.stages, by="key", hint=N_("None: at every stage.")
        ),
        ask.flag(scheme, f"{path}.asks_reply"),
    ]
    words = [
        [ask.prose(scheme, f"{path}.paragraphs[{place}]", required=True)]
        for place in range(len(mine.paragraphs))
    ]
    return Topic(
        key="",
        title=titled(mine) or N_("New letter"),
        hint=N_("Amounts, points, reasons and days are put in by the program."),
        asked=(*main, *(one for group in words for one in group)),
        groups=(
            Group("", names(main)),
            *(
                Group("", names(group), "", f"{path}.paragraphs[{at}]", at > 0)
                for at, group in enumerate(words)
            ),
        ),
        adding=(
            Adding(
                N_("Save and add a paragraph"),
                f"{path}.paragraphs",
                partial(ask.empty_text, scheme),
            ),
        ),
        parent=LETTERS,
        paper=mine.key,
    )


def _named(outcome: Outcome) -> str:
    return text(Message(f"outcome.{outcome}"))


def _new_letter(scheme: Scheme) -> Letter:
    taken = [each.key for each in scheme.letters.letters]
    document = LETTER_OF[Outcome.BELOW_THRESHOLD][0]
    return Letter(new_key("", taken, "letter"), ask.empty_text(scheme), (), document)
