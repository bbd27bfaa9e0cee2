"""The lifecycles of what is given in kind; `lifecycle.ALL` has them with all others."""

from app.rules.lifecycle_model import Lifecycle
from app.rules.lifecycle_model import row as _t

# Things given under one agreement: quotes, own share, handover, and the title at the end.
IN_KIND = Lifecycle(
    "in_kind_grant",
    "choosing",
    (
        _t("fix_prices", "choosing", "priced"),
        _t("reopen", "priced", "choosing"),
        _t("fund", "priced", "funded"),
        _t("sign_handover", "funded", "retained"),
        _t("close", "retained", "closed"),
        _t("give_up", "choosing priced funded retained", "given_up"),
    ),
    ("closed", "given_up"),
)

# One of those things: bought, handed over, kept until its title passes or it is taken back.
ASSET = Lifecycle(
    "asset",
    "planned",
    (
        _t("drop", "planned ordered", "dropped"),
        _t("order", "planned", "ordered"),
        _t("receive", "ordered", "received"),
        _t("sign_handover", "received", "handed_over"),
        _t("retain", "handed_over", "in_retention"),
        _t("transfer", "in_retention", "transferred"),
        _t("repossess", "received in_retention", "repossessed"),
        _t("reallocate", "repossessed", "reallocated"),
        _t("write_off", "in_retention repossessed", "written_off"),
    ),
    ("dropped", "transferred", "reallocated", "written_off"),
)

# A handover protocol or a transfer of title, until both sides have signed it.
IN_KIND_PAPER = Lifecycle(
    "in_kind_paper",
    "prepared",
    (_t("sign_paper", "prepared", "signed"), _t("drop_paper", "prepared", "dropped")),
    ("signed", "dropped"),
)
# Another price than the chosen quote's; a second person agrees.
PRICE_CHANGE = Lifecycle(
    "price_change",
    "proposed",
    (_t("agree_price", "proposed", "agreed"), _t("drop_price", "proposed", "dropped")),
    ("agreed", "dropped"),
)
# Who gets a thing that was taken back; a second person agrees.
REALLOCATION = Lifecycle(
    "reallocation",
    "proposed",
    (_t("agree_holder", "proposed", "agreed"), _t("drop_holder", "proposed", "dropped")),
    ("agreed", "dropped"),
)
# Own share that is paid back, by three people.
SHARE_RETURN = Lifecycle(
    "own_share_return",
    "proposed",
    (
        _t("approve_return", "proposed", "approved"),
        _t("pay_return", "approved", "paid"),
        _t("drop_return", "proposed approved", "dropped"),
    ),
    ("paid", "dropped"),
)
# What the beneficiary pays in; a second person looks at the bank statement.
OWN_SHARE = Lifecycle(
    "own_share",
    "recorded",
    (_t("confirm", "recorded", "confirmed"), _t("strike", "recorded", "struck")),
    ("confirmed", "struck"),
)
