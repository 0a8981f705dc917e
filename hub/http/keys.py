"""What the HTTP doors are given by the composition root."""

import asyncio

from aiohttp import web

from hub.bus import Bus
from hub.cases.opening import Opening
from hub.clock import Clock
from hub.conversation.inbound import Inbound
from hub.figures.reading import Figures
from hub.http.inboxes import WebsiteInboxes
from hub.knowledge.drafts import Drafts
from hub.knowledge.knowledge import Knowledge
from hub.nlu import Nlu
from hub.orders.ownership import Ownership
from hub.orders.placing import Placing
from hub.people.accounts import Accounts
from hub.people.sessions import Sessions
from hub.places.asking import Places
from hub.places.editing import Editing
from hub.queue.hours import BusinessHours
from hub.rates import Rates
from hub.settings import Settings
from hub.supervisor import Supervisor
from hub.unanswered.inbox import Inbox
from hub.workshop.room import Room
from storage.ports import Storage

OPENED: web.AppKey[asyncio.Event] = web.AppKey("opened", asyncio.Event)
"""Set once the database has answered and the hub has begun its work."""
STORAGE: web.AppKey[Storage] = web.AppKey("storage", Storage)
SETTINGS: web.AppKey[Settings] = web.AppKey("settings", Settings)
CLOCK: web.AppKey[Clock] = web.AppKey("clock", Clock)
ACCOUNTS: web.AppKey[Accounts] = web.AppKey("accounts", Accounts)
SESSIONS: web.AppKey[Sessions] = web.AppKey("sessions", Sessions)
ORDERS: web.AppKey[Placing] = web.AppKey("orders", Placing)
CASES: web.AppKey[Opening] = web.AppKey("cases", Opening)
OWNERSHIP: web.AppKey[Ownership] = web.AppKey("ownership", Ownership)
HOURS: web.AppKey[BusinessHours] = web.AppKey("hours", BusinessHours)
PLACES: web.AppKey[Places] = web.AppKey("places", Places)
OUTAGES: web.AppKey[Editing] = web.AppKey("outages", Editing)
DRAFTS: web.AppKey[Drafts] = web.AppKey("drafts", Drafts)
KNOWLEDGE: web.AppKey[Knowledge] = web.AppKey("knowledge", Knowledge)
INBOUND: web.AppKey[Inbound] = web.AppKey("inbound", Inbound)
INBOXES: web.AppKey[WebsiteInboxes] = web.AppKey("inboxes", WebsiteInboxes)
VISITOR_RATES: web.AppKey[Rates] = web.AppKey("visitor_rates", Rates)
NLU: web.AppKey[Nlu] = web.AppKey("nlu", Nlu)
ROOM: web.AppKey[Room] = web.AppKey("room", Room)
INBOX: web.AppKey[Inbox] = web.AppKey("inbox", Inbox)
FIGURES: web.AppKey[Figures] = web.AppKey("figures", Figures)
SUPERVISOR: web.AppKey[Supervisor] = web.AppKey("supervisor", Supervisor)
BUS: web.AppKey[Bus | None] = web.AppKey("bus")
