"""Every name Slack gives back to us, once: actions, blocks, callbacks.

An action id ends in `:` where a part of it varies (Slack wants action ids unique in a block);
such actions are registered by prefix.
"""

import re
from typing import Final

# Modals (callback ids)
BOOK: Final = "book"
RESCHEDULE: Final = "reschedule"
CANCEL: Final = "cancel"
DECLINE: Final = "decline"
SETTINGS: Final = "settings"
MARK_ABSENT: Final = "mark_absent"
REQUEST_RESCHEDULE: Final = "request_reschedule"
HAND_OVER: Final = "hand_over"
ADD_PEOPLE: Final = "add_people"
CHANGE_PLACE: Final = "change_place"
RULE: Final = "rule"
API_KEY: Final = "api_key"

# Buttons that start a flow; the value is what the flow's command would get as its text
START_BOOK: Final = "start_book"
START: Final = "start:"  # start:slots, start:bookings …: the command's name

# Fields of modals: block ids (the action id inside is VALUE, or the action's own where a choice
# must reach us at once)
VALUE: Final = "value"
EVENT_TYPE: Final = "event_type"
LENGTH: Final = "length"
DAY: Final = "day"
TIME: Final = "time"
FOR_WHOM: Final = "for_whom"
MEMBER: Final = "member"
GUEST_NAME: Final = "guest_name"
GUEST_EMAIL: Final = "guest_email"
TIME_ZONE: Final = "time_zone"
INVITE_MEMBERS: Final = "invite_members"
INVITE_EMAILS: Final = "invite_emails"
NOTES: Final = "notes"
CHANNEL: Final = "channel"
REASON: Final = "reason"
ABSENT: Final = "absent"
EXTENT: Final = "extent"  # one of a series or all later ones; a class or one seat of it
HOST: Final = "host"
LAST_NAME: Final = "last_name"
LANGUAGE: Final = "language"
COUNT: Final = "count"
WHEN: Final = "when"  # now or later, for what can be asked for at once
PLACE: Final = "place"
PLACE_VALUE: Final = "place_value"  # the address, number or link that somebody types in
CLOCK: Final = "clock"
DEFAULT_EVENT_TYPE: Final = "default_event_type"
WHERE: Final = "where"  # fields of a rule, from here on
WHOSE: Final = "whose"
HOST_MEMBERS: Final = "members"
HOST_EMAILS: Final = "host_emails"
GUEST_DOMAINS: Final = "guest_domains"
EVENT_TYPES: Final = "event_types"
ANNOUNCES: Final = "announces"
NEWS: Final = "news"
DETAIL: Final = "detail"
MENTION: Final = "mention"
GROUPS: Final = "groups"
REMINDERS: Final = "reminders"
DIGEST: Final = "digest"
DIGEST_AT: Final = "digest_at"
QUIET_FROM: Final = "quiet_from"
QUIET_UNTIL: Final = "quiet_until"
KEY: Final = "key"  # the API key of one's own account
QUESTION: Final = "question"  # an event type's own question; its id and the slug follow

# Choices inside the booking and reschedule modals that must reach us at once
PICK_EVENT_TYPE: Final = "pick_event_type"
PICK_LENGTH: Final = "pick_length"
PICK_WHEN: Final = "pick_when"
PICK_DAY: Final = "pick_day"
PICK_OPEN_DAY: Final = "pick_open_day"
PICK_TIME: Final = "pick_time"
PICK_PLACE: Final = "pick_place"
MOVE_DAY: Final = "move_day"  # the same two in the reschedule modal
MOVE_OPEN_DAY: Final = "move_open_day"
PICK_FOR_WHOM: Final = "pick_for_whom"
EDIT_ATTENDEE: Final = "edit_attendee"
BACK: Final = "back"  # to the screen before
ZONE: Final = "zone"  # an external select over time zones, wherever it stands
FIND_EVENT_TYPE: Final = "find_event_type"  # an external select over the account's event types
FIND_RULE_TYPES: Final = "find_rule_types"  # the same, with the teams, for a rule
FIND_GROUPS: Final = "find_groups"  # an external select over user groups
FIND_OPTION: Final = "find_option"  # an external select over a question's options

# Lists
TYPES_PAGE: Final = "types_page:"
SHOW_SLOTS: Final = "show_slots"
SLOTS_PAGE: Final = "slots_page:"
SLOTS_EVENT_TYPE: Final = "slots_event_type"
SLOTS_LENGTH: Final = "slots_length"
SLOT: Final = "slot:"
BOOKINGS_PAGE: Final = "bookings_page:"
BOOKINGS_LISTING: Final = "bookings_listing"
ROW: Final = "row"  # the overflow of a booking's row
CANDIDATES_PAGE: Final = "candidates_page:"  # of the bookings an action can be done to
DETAILS: Final = "details"
DETAILS_PAGE: Final = "details_page:"  # value: the booking's reference, a colon, the page's number
AVAILABILITY_PAGE: Final = "availability_page:"

# The bot's own state: the value is a place's channel, or how many to skip (and the channel)
STATUS: Final = "status"
STATUS_PAGE: Final = "status_page:"
STATUS_KEPT: Final = "status_kept:"
STATUS_KEPT_PAGE: Final = "status_kept_page:"
DELETE_MINE: Final = "delete_mine"
DELETE_ALL: Final = "delete_all"
AUDIT: Final = "audit"
AUDIT_PAGE: Final = "audit_page"
AUDIT_FILE: Final = "audit_file"
REPLAY: Final = "replay:"

# Notification rules: the value is the list's page and the rule's id
RULES_PAGE: Final = "rules_page:"
ADD_RULE: Final = "add_rule"
NOTIFY_ME: Final = "notify_me"
EDIT_RULE: Final = "edit_rule"
PAUSE_RULE: Final = "pause_rule"
RESUME_RULE: Final = "resume_rule"
TEST_RULE: Final = "test_rule"
DELETE_RULE: Final = "delete_rule"
PICK_WHERE: Final = "pick_where"  # what changes the rest of the form
PICK_WHOSE: Final = "pick_whose"
PICK_NEWS: Final = "pick_news"
MORE_OF_RULE: Final = "more_of_rule"
BACK_TO_RULE: Final = "back_to_rule"

# One's own account: the value is what was wanted when it was missing, as the command's text
CONNECT: Final = "connect"
CONNECT_BY_KEY: Final = "connect_by_key"
DISCONNECT: Final = "disconnect"
INVITE: Final = "invite"  # value: the colleague

# Acting on a booking: the value is its reference
JOIN: Final = "join"  # a link; Slack still tells us that it was pressed
DO_RESCHEDULE: Final = "do_reschedule"
DO_CANCEL: Final = "do_cancel"
DO_CONFIRM: Final = "do_confirm"
DO_DECLINE: Final = "do_decline"
DO_MARK_ABSENT: Final = "do_mark_absent"
LINK: Final = "link"  # any other link button

# Shortcuts (callback ids), and what the second asks: whether the message's thread is told
BOOK_A_MEETING: Final = "book_a_meeting"
BOOK_ABOUT: Final = "book_about"
THREAD: Final = "thread"

# Shared event types: the value is the share's id and perhaps a start, or what is to be shared
SHARE: Final = "share"
POST_SHARE: Final = "post_share"
REMOVE_SHARE: Final = "remove_share"
SHARED: Final = "shared:"
# The App Home: the value is a page's number
HOME_PAGE: Final = "home_page:"
HOME_AGAIN: Final = "home_again"
# Proposed times. On the message the value is the proposal's id, a `|`, and the choice's number
PROPOSE: Final = "propose"  # the modal
PROPOSE_TYPE: Final = "propose_type"  # choices in it that must reach us at once
PROPOSE_LENGTH: Final = "propose_length"
PROPOSE_DAY: Final = "propose_day"
PROPOSE_SPAN: Final = "propose_span:"  # earlier and later days
TIMES: Final = "times"  # its fields, from here on
WHOM: Final = "whom"
WAY: Final = "way"
STANDS: Final = "stands"
TAKE_TIME: Final = "take_time:"
MARK_TIME: Final = "mark_time:"
NONE_FITS: Final = "none_fits"
DECIDE: Final = "decide"
WITHDRAW: Final = "withdraw"
PROPOSE_OTHERS: Final = "propose_others"
# Who takes a booking: the button of a card (its value the reference), and a rule's field
CLAIM: Final = "claim"
ASKS: Final = "asks"
# Steps of workflows (callback ids)
FIND_TIMES: Final = "find_times"
BOOK_STEP: Final = "book_meeting"
CANCEL_STEP: Final = "cancel_booking"

BRIEF: Final = "brief"  # a booking before it begins; the value is its reference
# Working hours: the value of the button is the schedule's id; a weekday and a number follow the
# times' block ids
CHANGE_HOURS: Final = "change_hours"
HOURS: Final = "hours"  # the modal
HOURS_DAYS: Final = "hours_days"
HOURS_FROM: Final = "hours_from"
HOURS_UNTIL: Final = "hours_until"
HOURS_OTHER_DAYS: Final = "hours_other_days"
HOURS_DATE: Final = "hours_date"
HOURS_DATE_FROM: Final = "hours_date_from"
HOURS_DATE_UNTIL: Final = "hours_date_until"

# Out of office: the value is the entry's id
AWAY: Final = "away"  # the modal
ADD_AWAY: Final = "add_away"
EDIT_AWAY: Final = "edit_away"
END_AWAY: Final = "end_away"
AWAY_FROM: Final = "away_from"
AWAY_UNTIL: Final = "away_until"
COVER: Final = "cover"


def starts(prefix: str) -> re.Pattern[str]:
    """A constraint for Bolt: every action id that begins so."""
    return re.compile(f"^{re.escape(prefix)}")
