"""Calbot, Cal.com inside Slack: the map of the house.

::

    __main__.py cli.py  serve · worker · migrate · doctor · manifest · sandbox
    running.py          serve and worker: the bot as a process, until it is told to stop
    showroom.py         the sandbox: the bot between the two stand-ins
    showroom_setup.py   what it begins with: two workspaces, a Cal.com, a rule, the settings
    showroom_bot.py     the bot in it: a process of its own, to be killed and started again
    bootstrap.py        composition root: builds and closes everything; with chores.py the only
                        place that knows concrete classes
    accounts.py         part of it: the accounts, their clients and desks
    installs.py         part of it: where the app is installed
    flows.py            part of it: what the flows in Slack have at hand
    bot.py chores.py    the bot as a whole; its recurring work, put together
    settings.py         environment → one frozen Settings; every problem in one message
    logs.py doctor.py metrics.py
    installing.py findings.py   part of the doctor: how people install the app; what it says
    domain/             plain data and rules; standard library and dateutil only; no I/O, no clock
        bookings event_types slots people rules events records errors
        answers places  what is answered to an event type's questions, and where, checked and typed
        money languages
        wording                 the words people read, marked for the catalogue
        commands times days     what people type, and how it is said back
        shares                  event types that are shared in a channel
        claims                  who takes a booking that a channel is asked to take
        hours                   working hours as a form changes them
        away ranges             days out of office; days from one to another, as people type them
        cards turning           what a card shows, and how each event turns it
        histories sightings     what a card's history means; what a look at Cal.com adds to it
        retelling               one booking in the shapes of API and webhooks
        reminders digests       when a booking is reminded of; which days a digest is of
        proposals               proposed times: who may answer, what is best, what is over
        hooks                   how the webhooks stand that are kept at Cal.com, in words
    services/           the use cases: take ports, decide, return domain values
        ports           what they need, as Protocols
        catalogue offers    event types, kept for a while; whose they are, and who comes as well
        availability    whose event types, which open times
        booking         book once; find out what became of a lost answer
        holding         keep a time for somebody who fills in the form
        standing        bookings that stand: known by reference, and who may do what to them
        proposing       propose times, held while they stand, to people or a channel
        answering       the first press, or the most marks, book one of them, once
        upholding       their holds renewed, their message as it stands, their end in time
        settling        what became of those that somebody left in the middle
        managing        lists, reschedule, cancel, confirm, decline, absences
        amending        ask anew, hand over, add people, another place; links and recordings
        freedom         whether a team's hosts are free at a time
        notifications   webhook → card          deliveries  card → place
        reconciling     what no webhook brought is found by asking
        refusals        what Slack does not take: whose rules rest, who is told
        overview        how the bot is doing; what waits, again
        homes           the App Home: one look gathers it; whose a change draws anew
        redrawing       the same for what others did to something of a member's
        counting        what is counted of the work
        announcing      a card for a booking that was just made; what Cal.com tells nobody
        claiming        who takes a booking: the first of its hosts who says so
        sharing         open times in a channel, which anybody there books
        unfurling       what a booking link leads to
        sparing         looks at Cal.com that nobody waits for
        registering subscribing     the webhooks that the rules need, kept at Cal.com
        matching        which rules mean a booking
        reminding digesting     before the start; at a local hour
        rounds          recurring work, done once among all processes
        hours           working hours: who may change them, and the change
        away            days out of office
        accounts        what stands in where there is no account to act with
        connecting      members' own accounts, in the browser or by a key; leaving again
        refreshing      their credentials, renewed in time, once among all processes
        inviting        a colleague is asked to connect, once a day at most
        leaving         a workspace takes the app away: what is kept of it goes
        auditing        who did what: noted, shown, exported
        desks           which account acts for whom: the use cases of each
        rules           notification rules: who may make and change them
    calcom/             the Cal.com client: v2 and v1 behind one interface, errors, webhooks
        oauth               members' credentials: where they say yes, code, token, refresh
    store/              SQLAlchemy Core over SQLite and PostgreSQL; Alembic migrations
    slack/              the only package that imports slack_bolt and slack_sdk, but for the root
        door app ids    signatures first; every listener registered; every id once
        deps errors     what listeners have at hand; what went wrong, in a sentence
        bookform drafting ordering  the booking form: kept, filled in, made a request
        about boards    the message a booking is about; the cards of shared event types
        steps           what the steps of workflows take and give, for the manifest
        runs            a workflow that waits for a step, until it is answered
        proposeform proposals   the form in which times are proposed; the message that shows them
        ruleform naming channels    a rule's form; what its ids stand for; what Slack shows of them
        listeners/      one module per flow; thin: ack, hand over, one service call, render
        views/          domain values → Block Kit; pure
        notifier        posts, edits, finds again and takes back what is shown
        mentions pace   whom a message calls; how fast Slack may be asked
        home            draws a member's App Home: opened, pressed in, or after a change
        identity installations  with which token the bot speaks in which workspace
        oauth pages welcoming   how the app comes into a workspace, and what is said then
    web/                HTTP that is not Slack's: Cal.com's webhooks, health, metrics
        calcom_oauth pages  a member connects in the browser; what people see there
    worker.py           drains inbox and outbox
    sandbox/            a local Slack, a local Cal.com, and the page that shows them
        gateway         the way of a browser to the bot and to Cal.com's page of consent
        kept comparing  a program that can be crashed; whether the channels are right in the end

Who may import whom is kept by the import contracts in pyproject.toml. The two ways through:

A click: `slack/app` → `listeners/book.on_submitted` → `services.booking.book` → port →
`calcom.v2.create` → domain `Booking` → `views/outcome.booked`.

A webhook: `web/calcom_webhook` verifies, stores in the inbox, answers → `worker` →
`services.notifications` decides by rules and writes the outbox in one transaction →
`slack/notifier` posts or edits → the place and its ts are written back.
"""
