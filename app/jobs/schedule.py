"""What happens by the clock: job name → when, as cron says it (a sixth field is seconds).

Nothing here may be needed for a page to be right: a late job only does later what the
page already knows from the time.
"""

SCHEDULE: dict[str, str] = {
    "stages.by_clock": "* * * * *",
    "clarifications.lapse": "*/5 * * * *",
    "offers.lapse": "*/5 * * * *",
    "reminders.by_clock": "*/10 * * * *",
    "reminders.reports_by_clock": "7 * * * *",
    "accounts.forget_old": "41 2 * * *",
    "tallies.fold": "* * * * * 37",
    "tallies.mend": "29 3 * * *",
    "files.tidy": "17 3 * * *",
    "queue.take_up_again": "* * * * * */20",
}
