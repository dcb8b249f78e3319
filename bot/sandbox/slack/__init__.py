"""A Slack workspace on this machine: it refuses what the real one refuses.

`workspace` knows who and what there is (`people`, `messages`, `views`, `grants`, `installed_app`)
and keeps the `record`. `web_api` is what the app may call: `methods_*` read `arguments` and
`content`, behind scopes, `limits` and `injections`; `refusals` is how it says no. `blocks`
(`shapes`, `elements`, `rich_text`) holds every limit of messages and views, `state` what is filled
in. `sending` is what people do (and workflows, whose runs are `executions`): what is on their
`screen`, the `choices` they have, the `payloads` it becomes, the `courier` and the `delivery` (or
`socket`) that bring it, the `answers` that follow, the `outcome`. `response_url` takes answers by
URL; `page_api` and `page_state` are what the browser page draws, `control` what its switches do;
`app` is all of it as one ASGI application.
"""
