"""What is said about uploaded files and on the heads of sheets."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "documents.file_empty": N_(
        "“{name}” is empty (0 bytes). Open it on your computer, save it again, then choose it anew."
    ),
    "documents.file_too_large": N_(
        "“{name}” has {size_mb} MB; at most {limit_mb} MB are accepted. "
        "Save it with smaller pictures or split it into parts."
    ),
    "documents.file_kind_refused": N_(
        "“{name}” is a .{kind} file. Accepted here: {allowed}. Save it as one of these, for "
        "most documents as PDF."
    ),
    "documents.file_not_what_it_says": N_(
        "“{name}” ends in .{kind}, but its content is something else (it looks like .{found}). "
        "Renaming does not change a file: open it in its own program and save it as .{kind}."
    ),
    "documents.file_encrypted": N_(
        "“{name}” is protected by a password, so nobody here could read it. "
        "Save it without the password, then choose it anew."
    ),
    "documents.file_cut_off": N_(
        "“{name}” is damaged or was not copied to its end. "
        "Open it on your computer, save it again, then choose it anew."
    ),
    "documents.file_bomb": N_(
        "“{name}” would unpack to far more than its size, so it is not accepted. "
        "Send the documents inside one by one."
    ),
}

# The heads of the columns in reports/sheets/*.toml; a test compares the two.
HEADINGS: tuple[str, ...] = (
    N_("Lot"),
    N_("Rank"),
    N_("Application"),
    N_("Applicant"),
    N_("NUTS 2"),
    N_("Region"),
    N_("Municipality"),
    N_("Action"),
    N_("Score"),
    N_("Currency"),
    N_("Requested"),
    N_("Awarded"),
    N_("Agreed"),
    N_("Paid"),
    N_("Ordered back"),
    N_("Came back"),
    N_("Net paid"),
    N_("Free again"),
    N_("Left to pay"),
    N_("Status"),
    N_("Reason"),
    N_("Entry"),
    N_("When (UTC)"),
    N_("Who"),
    N_("What"),
    N_("Name"),
    N_("Number"),
    N_("Event"),
    N_("Before"),
    N_("After"),
    N_("Why and what else"),
    N_("Agreement"),
    N_("Holder"),
    N_("Thing"),
    N_("Serial number"),
    N_("Quantity"),
    N_("Value"),
    N_("Owner’s share"),
    N_("Paid by the grant"),
    N_("Supplier"),
    N_("Invoice"),
    N_("Received"),
    N_("Handed over"),
    N_("Where it stands"),
    N_("Title kept until"),
    N_("Ended on"),
)
TITLES: tuple[str, ...] = (N_("Awards"), N_("Audit trail"), N_("Assets"))
