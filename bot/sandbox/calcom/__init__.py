"""A local Cal.com: a world of people, event types and bookings, and the API that serves it.

`world` holds the state; the modules named after a subject (`slots`, `hosting`, `booking`,
`rescheduling`, `reassigning`, `cancelling`, `confirming`, `amending`, `paying`, `instant`,
`recordings`, `reservations`, `webhooks`) are the engine; `v2` and `v1` speak HTTP, and
`app.build(world, faults)` joins them. Everything it answers, refusals included, is held to
exchanges with real servers by `tests/contract/test_standin_*.py`; those were the community build.
What `World.hosted` adds follows the hosted service's documentation.
"""
