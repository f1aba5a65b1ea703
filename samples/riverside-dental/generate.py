#!/usr/bin/env python3
"""Makes the sample month of Riverside Dental: every file here but this one, README.md and the daybook.yaml files.

    python3 generate.py

Only the standard library; the same bytes every time, on every machine. One model makes everything: what people do goes
through the booking system, which changes its schedule *and* emits an event; what goes wrong changes the schedule only.
Exports are the schedule at one moment. So record and schedule differ exactly where `go_wrong_…` says.
"""

import csv
import heapq
import io
import json
import pathlib
import textwrap
from datetime import date, datetime, timedelta

HERE = pathlib.Path(__file__).resolve().parent
FIRST_DAY, LAST_DAY = date(2026, 2, 2), date(2026, 3, 31)
NIGHTS = [date(2026, 3, day) for day in range(2, 12)] + [date(2026, 4, 1)]
CUT_NIGHT = date(2026, 3, 9)
EVENINGS = [date(2026, 3, 5), date(2026, 3, 6)]
BANK_HOLIDAYS = {date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4), date(2026, 5, 25)}

MINUTES = {"exam": 30, "hygiene": 30, "filling": 45, "crown": 60}
ROOMS = {"dr-shah": "surgery-1", "dr-weiss": "surgery-2", "hygienist-ana": "surgery-2"}
# Monday is 0. Surgery 2 is shared, so its two users have different days.
WORKDAYS = {"dr-shah": {0, 1, 2, 3, 4}, "dr-weiss": {0, 2, 4}, "hygienist-ana": {1, 3}}
DESK = ["reception.jane", "reception.tom"]

FIRST_NAMES = (
    "Adwoa Aisha Alec Amara Anwen Beatriz Bethan Callum Carys Chidi Dafydd Deepa Duncan Elena Emeka Eoin Esther Farid "
    "Fiona Gareth Grace Hamza Hannah Ines Iwan Jasmin Joan Kofi Leila Lorna Magda Marek Mehmet Mina Nadia Niamh Olwen "
    "Pavel Priya Ravi Rhona Rosa Samuel Siân Tariq Tomos Una Victor Wanda Yusuf Zoë"
).split()
LAST_NAMES = (
    "Abara Achterberg Ashdown Bello Birkett Calloway Castellan D'Souza Drummond Easterby Fairweather Farrukh Garside "
    "Gwynne Haldane Hollis Ibbotson Jankowska Kerrigan Kowal Lindqvist Llewellyn Marchetti Mensah Mulgrew Nakamura "
    "Oakeshott O'Hara Okafor Pemberton Petrov Quayle Rahman Redfern Sadowski Selwyn Tennant Thackeray Ugarte Vasquez "
    "Wainwright Winterbourne Yarrow Zielinski"
).split()


class Dice:
    """SplitMix64: unlike Python's own `random`, it never changes."""

    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state + 0x9E3779B97F4A7C15) % 2**64
        z = self.state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
        return (z ^ (z >> 31)) % bound

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def percent(self, chance):
        return self.below(100) < chance

    def pick(self, choices):
        return choices[self.below(len(choices))]


# Times are what the clock on the practice's wall shows. Nothing happens in the hour that 29 March skips.


def offset(wall):
    return timedelta(hours=1 if wall >= datetime(2026, 3, 29, 1) else 0)


def with_offset(wall):
    return wall.strftime("%Y-%m-%dT%H:%M:%S") + ("+01:00" if offset(wall) else "+00:00")


def in_utc(wall):
    return (wall - offset(wall)).strftime("%Y-%m-%dT%H:%M:%SZ")


def midnight(day):
    return datetime(day.year, day.month, day.day)


def is_open(day, practitioner=None):
    return (day.weekday() in WORKDAYS.get(practitioner, {0, 1, 2, 3, 4})) and day not in BANK_HOLIDAYS


class Booking:
    def __init__(self, name, client, start, practitioner, service, status):
        self.id, self.client = name, client
        self.start, self.practitioner, self.service, self.status = start, practitioner, service, status

    @property
    def end(self):
        return self.start + timedelta(minutes=MINUTES[self.service])

    @property
    def times(self):
        return {"start": with_offset(self.start), "end": with_offset(self.end)}

    @property
    def is_active(self):
        return self.status in ("booked", "pending")


class BookingSystem:
    """The practice's booking system: a schedule, and events for whatever is done through it."""

    def __init__(self):
        self.now = None
        self.schedule, self.events = {}, []
        self.made = 1000

    def emit(self, kind, booking, actor, **data):
        number = str(len(self.events) + 1)
        self.events.append(
            {"specversion": "1.0", "id": f"e-{number}", "source": "crm", "type": kind, "subject": booking.id,
             "time": in_utc(self.now), "sequence": number, "data": {"actor": actor, **data}})

    def create(self, actor, client, start, practitioner, service, status="booked", **more):
        self.made += 1
        booking = Booking(f"A-{self.made}", client, start, practitioner, service, status)
        self.schedule[booking.id] = booking
        appointment = {**booking.times, "zone": "Europe/London", "status": status, "practitioner": practitioner,
                       "service": service, "location": ROOMS[practitioner]}
        self.emit("booking.created", booking, actor, appointment=appointment, client=client, **more)
        return booking

    def move(self, actor, booking, start, **more):
        booking.start = start
        self.emit("booking.modified", booking, actor, appointment=booking.times, **more)

    def set_status(self, actor, booking, status):
        booking.status = status
        self.emit("booking.modified", booking, actor, appointment={"status": status})

    def set_service(self, actor, booking, service):
        booking.service = service
        appointment = {"end": booking.times["end"], "service": service}
        self.emit("booking.modified", booking, actor, appointment=appointment)

    def write_note(self, actor, booking, note):
        self.emit("booking.modified", booking, actor, note=note)

    def cancel(self, actor, booking, reason, **more):
        booking.status = "cancelled"
        self.emit("booking.cancelled", booking, actor, appointment={"status": "cancelled"}, reason=reason, **more)

    def delete(self, actor, booking, reason):
        del self.schedule[booking.id]
        self.emit("booking.deleted", booking, actor, reason=reason)

    def rekey(self, actor, booking, start):
        """The portal reschedules by making a new booking in the place of the old one."""
        del self.schedule[booking.id]
        return self.create(actor, booking.client, start, booking.practitioner, booking.service,
                           supersedes=booking.id)

    def notice(self, actor, booking, medium, purpose, reached=True):
        quoted = {} if purpose in ("cancellation", "correction") else {"quoted": with_offset(booking.start)}
        self.emit("notice.sent" if reached else "notice.failed", booking, actor,
                  medium=medium, purpose=purpose, **quoted, reached=reached)

    def rows(self, first, days):
        """The bookings that start in so many days from `first`, by start."""
        last = first + timedelta(days=days)
        found = [b for b in self.schedule.values() if first <= b.start.date() < last]
        return sorted(found, key=lambda b: (b.start, b.practitioner, int(b.id[2:])))


def user(login):
    return {"kind": "user", "id": login}


def by_client(client):
    return {"kind": "client", "id": client["id"]}


REMINDERS = {"kind": "job", "id": "reminders"}


class Month:
    """Who does what when."""

    def __init__(self):
        self.dice = Dice(2026)
        self.system = BookingSystem()
        self.queue, self.queued = [], 0
        self.taken = set()
        self.clients = self.invent_clients()
        self.cast, self.cast_clients = {}, set()
        self.exports, self.evening_exports = {}, {}
        self.plan_cast()
        for day in NIGHTS:
            self.at(midnight(day) + timedelta(hours=2), self.export, day)
        for day in EVENINGS:
            self.at(midnight(day) + timedelta(hours=21), self.export_evening, day)
        day = FIRST_DAY
        while day <= LAST_DAY:
            self.plan_day(day)
            day += timedelta(days=1)

    def invent_clients(self):
        """C-101 and on; the numbers are among those that Ofcom reserves for drama."""
        names, clients = set(), []
        for index in range(230):
            name = "Asha Patel" if index == 103 else None
            while name is None or name in names:
                name = f"{self.dice.pick(FIRST_NAMES)} {self.dice.pick(LAST_NAMES)}"
            names.add(name)
            clients.append({"id": f"C-{101 + index}", "name": name, "phone": f"+44 7700 {900020 + index:06d}"})
        return clients

    # Time

    def at(self, wall, action, *arguments):
        self.queued += 1
        heapq.heappush(self.queue, (wall - offset(wall), self.queued, wall, action, arguments))

    def run(self):
        while self.queue:
            _, _, self.system.now, action, arguments = heapq.heappop(self.queue)
            if self.system.now < datetime(2026, 4, 1, 3):
                action(*arguments)

    def after(self, **delta):
        return self.system.now + timedelta(**delta)

    def desk_time(self, first, last):
        """Some moment of opening hours from one day to another; `None` where there is none."""
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        days = [day for day in days if is_open(day)]
        if not days:
            return None
        return midnight(self.dice.pick(days)) + timedelta(hours=9, seconds=self.dice.below(8 * 3600))

    # Slots

    def quarters(self, practitioner, start, service):
        return {(practitioner, start + timedelta(minutes=m)) for m in range(0, MINUTES[service], 15)}

    def take(self, practitioner, start, service):
        """Books the time; `False` where it is not free or not in opening hours. Nothing is ever given back."""
        end = start + timedelta(minutes=MINUTES[service])
        lunch = start.replace(hour=13, minute=0)
        wanted = self.quarters(practitioner, start, service)
        if (not is_open(start.date(), practitioner) or end > start.replace(hour=17, minute=30)
                or (start < lunch + timedelta(hours=1) and end > lunch) or wanted & self.taken):
            return False
        self.taken |= wanted
        return True

    def find_slot(self, practitioner, day, service):
        while True:
            for _ in range(6):
                start = midnight(day) + timedelta(hours=8, minutes=30 + 15 * self.dice.below(35))
                if self.take(practitioner, start, service):
                    return start
            day += timedelta(days=1)

    # An ordinary day

    def plan_day(self, day):
        calls = self.dice.between(4, 8) if is_open(day) else 0
        visits = self.dice.between(1, 2)
        for _ in range(calls):
            self.at(midnight(day) + timedelta(hours=8, minutes=40, seconds=self.dice.below(8 * 3600)), self.book)
        for _ in range(visits):
            self.at(midnight(day) + timedelta(hours=7, seconds=self.dice.below(56_000)), self.book, True)

    def book(self, online=False):
        dice, today = self.dice, self.system.now.date()
        client = dice.pick([client for client in self.clients if client["id"] not in self.cast_clients])
        service = dice.pick(["exam"] * 5 + ["hygiene"] * 3 + ["filling"] * 2 + ["crown"])
        practitioner = "hygienist-ana" if service == "hygiene" else dice.pick(["dr-shah", "dr-shah", "dr-weiss"])
        days = dice.between(5, 21) if dice.percent(60) else dice.between(22, 56)
        start = self.find_slot(practitioner, today + timedelta(days=days), service)
        actor = by_client(client) if online else user(dice.pick(DESK))
        more = {"note": dice.pick(["prefers mornings", "nervous", "needs a lift", "brings a child"])} \
            if dice.percent(10) else {}
        status = "pending" if online and dice.percent(60) else "booked"
        booking = self.system.create(actor, client, start, practitioner, service, status, **more)
        if status == "pending":
            self.at(self.desk_time(today + timedelta(days=1), today + timedelta(days=4)), self.confirm, booking)
        self.plan_fate(booking)

    def plan_fate(self, booking):
        dice, today = self.dice, self.system.now.date()
        when = self.desk_time(today + timedelta(days=5), booking.start.date() - timedelta(days=3))
        fate = dice.below(100)
        if when is not None:
            if fate < 9:
                self.at(when, self.client_cancels, booking)
            elif fate < 12:
                self.at(when, self.practice_cancels, booking, dice.pick(["practitioner-leave", "equipment-failure"]))
            elif fate < 22:
                self.at(when, self.client_moves, booking)
            elif fate < 25 and booking.service == "exam":
                self.at(when, self.change_service, booking)
            elif fate < 28:
                self.at(when, self.add_note, booking)
        self.plan_visit(booking)

    def plan_visit(self, booking):
        reminder = midnight(booking.start.date() - timedelta(days=2)) + timedelta(hours=10)
        if reminder > self.system.now and self.dice.percent(85):
            self.at(reminder + timedelta(seconds=self.dice.below(240)), self.remind, booking, booking.start)
        self.at(booking.start + timedelta(minutes=self.dice.between(-12, 4), seconds=self.dice.below(60)),
                self.arrive, booking, booking.start)

    def stands(self, booking, start):
        """True where the schedule still has the booking at the time for which something was planned."""
        return booking.id in self.system.schedule and booking.is_active and booking.start == start

    def remind(self, booking, start):
        if self.stands(booking, start):
            self.system.notice(REMINDERS, booking, "sms", "reminder", reached=not self.dice.percent(4))

    def arrive(self, booking, start):
        if not self.stands(booking, start):
            return
        if self.dice.percent(5):
            self.at(booking.start + timedelta(minutes=20), self.set_visit, booking, "noshow", self.dice.pick(DESK))
            return
        self.set_visit(booking, "arrived", self.dice.pick(DESK))
        if not self.dice.percent(4):
            self.at(booking.end + timedelta(minutes=2, seconds=self.dice.below(400)), self.set_visit, booking,
                    "fulfilled", booking.practitioner)

    def set_visit(self, booking, status, login):
        self.system.set_status(user(login), booking, status)

    def confirm(self, booking):
        if booking.status == "pending":
            self.system.set_status(user(self.dice.pick(DESK)), booking, "booked")

    def client_cancels(self, booking):
        if not booking.is_active:
            return
        if self.dice.percent(50):
            self.system.cancel(by_client(booking.client), booking, "client-request")
        else:
            desk = user(self.dice.pick(DESK))
            self.system.cancel(desk, booking, "client-request")
            self.at(self.after(minutes=2), self.system.notice, desk, booking, "sms", "cancellation")

    def practice_cancels(self, booking, reason, **more):
        if not booking.is_active:
            return
        desk = user(self.dice.pick(DESK))
        self.system.cancel(desk, booking, reason, **more)
        minutes = self.dice.between(3, 40)
        if self.dice.percent(40):
            self.at(self.after(minutes=minutes), self.system.notice, desk, booking, "phone", "cancellation", False)
            minutes += 45
        self.at(self.after(minutes=minutes), self.system.notice, desk, booking, "phone", "cancellation")

    def client_moves(self, booking):
        if not booking.is_active:
            return
        wish = booking.start.date() + timedelta(days=self.dice.between(-4, 7))
        day = max(self.system.now.date() + timedelta(days=3), wish)
        start = self.find_slot(booking.practitioner, day, booking.service)
        if self.dice.percent(50):
            self.system.move(by_client(booking.client), booking, start)
        else:
            desk = user(self.dice.pick(DESK))
            self.system.move(desk, booking, start, reason="client-request")
            self.at(self.after(minutes=2), self.system.notice, desk, booking, "sms", "reschedule")
        self.plan_visit(booking)

    def change_service(self, booking):
        longer = self.quarters(booking.practitioner, booking.start, "filling")
        more = longer - self.quarters(booking.practitioner, booking.start, "exam")
        if not booking.is_active or more & self.taken:
            return
        self.taken |= more
        desk = user(self.dice.pick(DESK))
        self.system.set_service(desk, booking, "filling")
        self.at(self.after(minutes=3), self.system.notice, desk, booking, "sms", "reschedule")

    def add_note(self, booking):
        if booking.is_active:
            self.system.write_note(user(self.dice.pick(DESK)), booking, "would like an earlier time")

    # The cast: those whose stories README.md tells

    def plan_cast(self):
        def make(role, when, client, start, practitioner, service, actor=None, **more):
            client = self.clients[client - 101]
            self.cast_clients.add(client["id"])
            self.take(practitioner, start, service)

            def create():
                self.cast[role] = self.system.create(
                    actor or user("reception.jane"), client, start, practitioner, service, **more)
                self.plan_visit(self.cast[role])
            self.at(when, create)

        make("dropped", datetime(2026, 1, 12, 10, 4, 16), 204, datetime(2026, 3, 24, 9, 30), "dr-shah", "exam",
             note="prefers mornings")
        make("sibling", datetime(2026, 1, 12, 10, 4, 54), 204, datetime(2026, 4, 14, 9, 30), "dr-shah", "exam")
        self.at(datetime(2026, 3, 5, 23, 41), self.go_wrong_dropped)

        make("unreachable", datetime(2026, 2, 11, 11, 20, 40), 141, datetime(2026, 3, 13, 11, 0), "dr-weiss", "crown")
        self.at(datetime(2026, 3, 4, 15, 20, 8), self.cancel_unreachable)
        for when, reached in [(datetime(2026, 3, 4, 15, 31, 2), False), (datetime(2026, 3, 5, 12, 10, 30), False),
                              (datetime(2026, 3, 9, 17, 5, 11), False), (datetime(2026, 3, 11, 9, 10, 45), True)]:
            self.at(when, self.call_unreachable, reached)

        make("edited", datetime(2026, 2, 18, 14, 5, 12), 167, datetime(2026, 4, 2, 14, 0), "dr-shah", "filling")
        self.take("dr-shah", datetime(2026, 4, 9, 14, 0), "filling")
        self.at(datetime(2026, 3, 8, 21, 17), self.go_wrong_edited)

        make("doubled", datetime(2026, 3, 4, 11, 2, 10), 188, datetime(2026, 3, 17, 15, 0), "dr-shah", "exam")
        self.at(datetime(2026, 3, 4, 11, 8, 33), self.book_again)
        self.at(datetime(2026, 3, 4, 11, 39, 20), self.delete_duplicate)
        self.at(datetime(2026, 3, 4, 11, 41, 3), self.tell_of_duplicate)

        make("moved", datetime(2026, 2, 12, 9, 15, 50), 222, datetime(2026, 3, 16, 16, 30), "dr-weiss", "exam")
        self.take("dr-weiss", datetime(2026, 3, 16, 16, 0), "exam")
        self.at(datetime(2026, 3, 6, 9, 40, 22), self.move_for_meeting)
        self.at(datetime(2026, 3, 6, 9, 43, 5), self.tell_of_move)

        make("rekeyed", datetime(2026, 2, 20, 19, 51, 36), 250, datetime(2026, 3, 19, 10, 0), "hygienist-ana",
             "hygiene", actor=by_client(self.clients[250 - 101]))
        self.take("hygienist-ana", datetime(2026, 3, 24, 11, 0), "hygiene")
        self.at(datetime(2026, 3, 10, 20, 14, 9), self.rekey_online)

        self.at(datetime(2026, 3, 17, 16, 10), self.cancel_day, date(2026, 3, 18), "dr-weiss")

    def go_wrong_dropped(self):
        """A night job of the booking system loses a row; nothing is emitted."""
        del self.system.schedule[self.cast["dropped"].id]

    def go_wrong_edited(self):
        """Somebody moves an appointment by a week in the database itself; nothing is emitted."""
        self.cast["edited"].start += timedelta(days=7)

    def cancel_unreachable(self):
        self.system.cancel(user("reception.tom"), self.cast["unreachable"], "equipment-failure")

    def call_unreachable(self, reached):
        self.system.notice(user("reception.tom"), self.cast["unreachable"], "phone", "cancellation", reached)

    def book_again(self):
        first = self.cast["doubled"]
        self.cast["duplicate"] = self.system.create(
            user("reception.tom"), first.client, first.start, first.practitioner, first.service)

    def delete_duplicate(self):
        self.system.delete(user("reception.tom"), self.cast["duplicate"], "duplicate")

    def tell_of_duplicate(self):
        self.system.notice(user("reception.tom"), self.cast["duplicate"], "sms", "correction")

    def move_for_meeting(self):
        self.system.move(user("reception.jane"), self.cast["moved"], datetime(2026, 3, 16, 16, 0),
                         reason="staff-meeting")
        self.plan_visit(self.cast["moved"])

    def tell_of_move(self):
        self.system.notice(user("reception.jane"), self.cast["moved"], "sms", "reschedule")

    def rekey_online(self):
        old = self.cast["rekeyed"]
        self.cast["successor"] = self.system.rekey(by_client(old.client), old, datetime(2026, 3, 24, 11, 0))
        self.plan_visit(self.cast["successor"])

    def cancel_day(self, day, practitioner):
        for booking in self.system.rows(day, 1):
            if booking.practitioner == practitioner:
                self.practice_cancels(booking, "practitioner-ill", bulk=f"DAY-{day}")

    # Exports

    def export(self, night):
        rows = self.system.rows(night, 60)
        shown = rows[: len(rows) // 3] if night == CUT_NIGHT else rows
        coverage = {"from": with_offset(midnight(night)), "to": with_offset(midnight(night + timedelta(days=60))),
                    "complete": night != CUT_NIGHT}
        if night == CUT_NIGHT:
            coverage["totalReported"] = len(rows)
        self.exports[night] = {
            "rows": [{"booking": b.id, **b.times, "status": b.status, "practitioner": b.practitioner,
                      "service": b.service, "location": ROOMS[b.practitioner], "client.id": b.client["id"],
                      "client.name": b.client["name"], "client.phone": b.client["phone"]} for b in shown],
            "coverage": {"source": "crm", "takenAt": in_utc(self.system.now), "zone": "Europe/London",
                         "coverage": {**coverage, "rowCount": len(shown), "cancelled": "kept"}},
            "events": len(self.system.events), "missing": [b.id for b in rows[len(shown):] if b.is_active]}

    def export_evening(self, day):
        status = {"booked": "Confirmed", "pending": "Provisional", "cancelled": "Cancelled", "noshow": "DNA",
                  "arrived": "Arrived", "fulfilled": "Completed"}
        dentist = {"dr-shah": "Dr Shah", "dr-weiss": "Dr Weiss", "hygienist-ana": "Ana (hygienist)"}
        treatment = {"exam": "Examination", "hygiene": "Scale and polish", "filling": "Filling", "crown": "Crown"}
        rows = self.system.rows(day, 90)
        self.evening_exports[day] = {
            "rows": [{"Ref": b.id, "Date": f"{b.start:%Y-%m-%d}", "Start": f"{b.start:%H:%M}", "End": f"{b.end:%H:%M}",
                      "Status": status[b.status], "Dentist": dentist[b.practitioner],
                      "Treatment": treatment[b.service], "Room": ROOMS[b.practitioner].replace("surgery-", "Surgery "),
                      "Patient No": b.client["id"], "Patient": b.client["name"],
                      "Mobile": b.client["phone"].replace("+44 ", "0")} for b in rows],
            "coverage": {"source": "crm", "takenAt": in_utc(self.system.now), "zone": "Europe/London",
                         "coverage": {"from": with_offset(midnight(day)),
                                      "to": with_offset(midnight(day + timedelta(days=90))), "complete": True,
                                      "rowCount": len(rows), "cancelled": "kept"}}}

    # What the checks must answer

    def expected(self):
        cast = {role: booking.id for role, booking in self.cast.items()}

        def finding(code, role, severity):
            return {"code": code, "booking": cast[role], "severity": severity, "confidence": "proven"}

        nights = []
        for night in NIGHTS:
            findings = []
            if date(2026, 3, 5) <= night <= date(2026, 3, 11):
                findings.append(finding("AR302", "unreachable", "warning"))
            if night == CUT_NIGHT:
                unproven = [cast["dropped"]] + self.exports[night]["missing"]
                findings.append({"code": "AR201", "severity": "error", "confidence": "proven",
                                 "unproven": sorted(unproven, key=lambda name: int(name[2:]))})
            else:
                if date(2026, 3, 6) <= night <= date(2026, 3, 11):
                    findings += [finding("AR101", "dropped", "critical"), finding("AR301", "sibling", "info")]
                if night > CUT_NIGHT:
                    findings.append(finding("AR104", "edited", "error"))
            is_bad = any(f["severity"] in ("critical", "error") for f in findings)
            nights.append({"night": str(night), "events": self.exports[night]["events"], "reconcile": {
                "exit": 3 if night == CUT_NIGHT else 1 if is_bad else 0, "findings": findings}})

        claim = ["--claimed-start", "2026-03-24T09:30:00+00:00"]
        warned = {"codes": ["AR302"], "exit": 0}
        dropped = {"verdict": "dropped", "codes": ["AR101", "AR301"], "exit": 1, "windowOfLoss": {
            "present": "2026-03-05T02:00:00.000000Z", "absent": "2026-03-06T02:00:00.000000Z"}}
        return {
            "title": "A month of Riverside Dental",
            "story": "README.md tells it. The findings of severity warning and above are exactly these; "
                     "infos other than those listed may stand beside them, and in csv-only warnings too.",
            "licence": "made for this project",
            "nights": nights,
            "investigate": {"night": "2026-03-11", "claims": [
                {"arguments": ["--client", "C-204", *claim], **dropped},
                {"arguments": ["--phone", "+44 7700 900123", *claim], **dropped},
                {"arguments": ["--booking", cast["unreachable"]], "verdict": "cancelled", **warned},
                {"arguments": ["--booking", cast["edited"]], "verdict": "altered", "codes": ["AR104"], "exit": 1},
                {"arguments": ["--booking", cast["duplicate"]], "verdict": "deleted", "codes": [], "exit": 0},
                {"arguments": ["--client", self.cast["moved"].client["id"], "--claimed-start",
                               "2026-03-16T16:30:00+00:00"], "verdict": "moved", "codes": [], "exit": 0},
                {"arguments": ["--booking", cast["successor"]], "verdict": "present", "codes": [], "exit": 0}]},
            "csv-only": {
                "observe": [f"{day}.csv" for day in EVENINGS],
                "reconcile": {"exit": 1, "findings": [finding("AR101", "dropped", "critical")]},
                "windowOfLoss": {"present": "2026-03-05T21:00:00.000000Z", "absent": "2026-03-06T21:00:00.000000Z"}}}


def write(path, text):
    path = HERE / path
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())


def table(rows, newline):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator=newline)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def pretty(value, depth=0):
    """JSON with what fits on a line on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or depth + len(flat) <= 120:
        return flat
    inside = "\n" + " " * (depth + 2)
    if isinstance(value, dict):
        members = [json.dumps(name) + ": " + pretty(member, depth + 2) for name, member in value.items()]
    else:
        members = [pretty(member, depth + 2) for member in value]
        if all(isinstance(member, str) for member in value):
            members = textwrap.wrap(", ".join(members), 118 - depth)
            return "[" + inside + inside.join(members) + "\n" + " " * depth + "]"
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + inside + ("," + inside).join(members) + "\n" + " " * depth + closing


def main():
    month = Month()
    month.run()
    lines = [json.dumps(event, ensure_ascii=False, separators=(",", ":")) for event in month.system.events]
    write("events.ndjson", "\n".join(lines) + "\n")
    for night, export in month.exports.items():
        write(f"nights/{night}.csv", table(export["rows"], "\n"))
        write(f"nights/{night}.coverage.json", pretty(export["coverage"]) + "\n")
    for day, export in month.evening_exports.items():
        write(f"csv-only/{day}.csv", table(export["rows"], "\r\n"))
        write(f"csv-only/{day}.coverage.json", pretty(export["coverage"]) + "\n")
    write("expected.json", pretty(month.expected()) + "\n")


if __name__ == "__main__":
    main()
