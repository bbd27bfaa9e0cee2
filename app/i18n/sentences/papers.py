"""Why a paper could not be printed, and what to do (`app.actions.printing_failures`)."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "paper.file_missing": N_(
        "A picture that belongs on it, most often the logo of the authority, is not in the store "
        "any more. Upload the logo again or bring the file back from a backup, then print it again."
    ),
    "paper.file_damaged": N_(
        "A picture that belongs on it is damaged in the store. Bring the file back from a backup, "
        "then print it again."
    ),
    "paper.files_away": N_(
        "The place where files are kept did not answer. Print it again when it does."
    ),
    "paper.disk_full": N_(
        "The disk that holds the files was full. Free some space, then print it again."
    ),
    "paper.slow": N_(
        "Printing took too long and was stopped. Print it again when less is being printed; if it "
        "stops once more, tell whoever runs this installation."
    ),
    "paper.ended": N_(
        "The printing program ended twice while it was at it. Print it again; if it ends once "
        "more, tell whoever runs this installation."
    ),
    "paper.contents": N_(
        "Its template and what it says do not fit together, so it would fail again as it is. Tell "
        "whoever runs this installation; print it again when they have mended it."
    ),
    "paper.unexpected": N_(
        "Something went wrong that nobody foresaw. Print it again; if it fails once more, tell "
        "whoever runs this installation: the log says what happened."
    ),
}
