#!/usr/bin/env python3
"""Writes what two other programs make of recurrence rules and of the calendars in this folder.

    pip install python-dateutil recurring-ical-events icalendar tzdata
    python3 generate.py [FOLDER OF OTHER CALENDARS]

rules.json    rules, seeded, with the occurrences that python-dateutil gives; recurring-ical-events must agree
answers.json  for each calendar of this folder, what recurring-ical-events makes of it
samples.json  the same for a folder of other people's calendars, which are not kept here: their ids and times only
"""
import datetime as dt
import itertools
import json
import pathlib
import random
import signal
import sys
from zoneinfo import ZoneInfo

import dateutil.rrule as rr
import icalendar
import recurring_ical_events

HERE = pathlib.Path(__file__).parent
UTC = dt.timezone.utc
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
ZONES = ["Europe/London", "Europe/London", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo",
         "Asia/Kathmandu", "America/Sao_Paulo", "Pacific/Apia", "UTC", "floating", "date"]
MOST = 24
LIMIT = 3000

# The examples of RFC 5545 §3.8.5.3, all of which begin in New York at 9:00 on 2 September 1997 unless said otherwise.
STANDARD = [
    "FREQ=DAILY;COUNT=10", "FREQ=DAILY;UNTIL=19971224T000000Z", "FREQ=DAILY;INTERVAL=2",
    "FREQ=DAILY;INTERVAL=10;COUNT=5", ("19980101T090000", "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA"),
    ("19980101T090000", "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1"), "FREQ=WEEKLY;COUNT=10",
    "FREQ=WEEKLY;UNTIL=19971224T000000Z", "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
    "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
    ("19970901T090000", "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR"),
    "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", ("19970905T090000", "FREQ=MONTHLY;COUNT=10;BYDAY=1FR"),
    ("19970905T090000", "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR"),
    ("19970907T090000", "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU"),
    ("19970922T090000", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO"), ("19970928T090000", "FREQ=MONTHLY;BYMONTHDAY=-3"),
    "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", ("19970930T090000", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1"),
    ("19970910T090000", "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15"),
    "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", ("19970610T090000", "FREQ=YEARLY;COUNT=10;BYMONTH=6,7"),
    ("19970310T090000", "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3"),
    ("19970101T090000", "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200"),
    ("19970519T090000", "FREQ=YEARLY;BYDAY=20MO"), ("19970512T090000", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"),
    ("19970313T090000", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH"), ("19970605T090000", "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8"),
    ("19980213T090000", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"),
    ("19970913T090000", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13"),
    ("19961105T090000", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8"),
    ("19970904T090000", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3"),
    ("19970929T090000", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2"),
    "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z", "FREQ=MINUTELY;INTERVAL=15;COUNT=6",
    "FREQ=MINUTELY;INTERVAL=90;COUNT=4", "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40",
    "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
    ("19970805T090000", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO"),
    ("19970805T090000", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU"),
    ("20070115T090000", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5"),
    ("20240229T090000", "FREQ=YEARLY"), ("20240229T090000", "FREQ=YEARLY;INTERVAL=4"),
    ("20240229T090000", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"), ("20240131T090000", "FREQ=MONTHLY"),
    ("20240101T090000", "FREQ=YEARLY;BYYEARDAY=366,-366"),
    ("20210104T090000", "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=FR,SA"),
]


# Left out: FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO,SU. dateutil 2.9.0 puts 2 January 2022 into a week 53 that 2021 does not
# have (it reckons the last week of the year before with the length of this one); isocalendar() says week 52.


def some(random, values, most=3):
    return ",".join(str(v) for v in sorted(random.sample(values, random.randint(1, most)), key=str))


def rule(random, is_date):
    """A rule of parts that the standard allows together, and whether it picks from a week."""
    frequency = random.choice(["YEARLY"] * 3 + ["MONTHLY"] * 4 + ["WEEKLY"] * 4 + ["DAILY"] * 3
                              + ([] if is_date else ["HOURLY", "MINUTELY", "SECONDLY"]))
    parts = ["FREQ=" + frequency]
    coin = lambda chance: random.random() < chance
    if coin(0.4):
        parts.append(f"INTERVAL={random.choice([1, 2, 2, 3, 4, 5, 7, 11, 18])}")
    if coin(0.25):
        parts.append("WKST=" + random.choice(DAYS))
    month = coin(0.3)
    if month:
        parts.append("BYMONTH=" + some(random, list(range(1, 13)), 4))
    picks = False
    if frequency == "YEARLY":
        kind = random.choice(["none", "day", "ordinal", "monthday", "yearday", "week", "fridays"])
        if kind == "day":
            parts.append("BYDAY=" + some(random, DAYS))
            picks = True
        elif kind == "ordinal":
            most = 4 if month else 52
            parts.append("BYDAY=" + some(random, [f"{n}{d}" for n in [1, 2, most, -1, -2] for d in DAYS]))
        elif kind == "monthday":
            parts.append("BYMONTHDAY=" + some(random, [1, 13, 28, 29, 30, 31, -1, -2, -31]))
            picks = True
        elif kind == "yearday":
            parts.append("BYYEARDAY=" + some(random, [1, 59, 60, 100, 200, 365, 366, -1, -60, -366]))
        elif kind == "week":
            parts = [p for p in parts if not p.startswith("BYMONTH")]
            parts += ["BYWEEKNO=" + some(random, [1, 2, 20, 52, 53, -1]), "BYDAY=" + some(random, DAYS)]
        elif kind == "fridays":
            parts += ["BYMONTHDAY=13", "BYDAY=FR,TU"]
    elif frequency == "MONTHLY":
        kind = random.choice(["none", "day", "ordinal", "monthday", "both"])
        if kind == "day":
            parts.append("BYDAY=" + some(random, DAYS, 5))
            picks = True
        elif kind == "ordinal":
            parts.append("BYDAY=" + some(random, [f"{n}{d}" for n in [1, 2, 3, 4, 5, -1, -2, -5] for d in DAYS]))
        elif kind == "monthday":
            parts.append("BYMONTHDAY=" + some(random, [1, 2, 15, 28, 29, 30, 31, -1, -2, -30, -31]))
            picks = True
        elif kind == "both":
            parts += ["BYMONTHDAY=" + some(random, list(range(1, 29)), 9), "BYDAY=" + some(random, DAYS)]
    elif frequency == "WEEKLY":
        if coin(0.7):
            parts.append("BYDAY=" + some(random, DAYS, 4))
            picks = True
    else:
        if coin(0.3):
            parts.append("BYDAY=" + some(random, DAYS, 5))
        if coin(0.2):
            parts.append("BYMONTHDAY=" + some(random, list(range(1, 32)) + [-1, -2], 9))
    if not is_date:
        if coin(0.25 if frequency != "SECONDLY" else 0.7):
            parts.append("BYHOUR=" + some(random, [0, 1, 2, 3, 9, 12, 17, 23]))
            picks = True
        if coin(0.2 if frequency != "SECONDLY" else 0.7):
            parts.append("BYMINUTE=" + some(random, [0, 15, 20, 30, 45, 59]))
            picks = True
        if coin(0.05):
            parts.append("BYSECOND=" + some(random, [0, 1, 30, 59]))
    if picks and coin(0.35):
        parts.append("BYSETPOS=" + some(random, [1, 2, 3, 4, -1, -2], 2))
    end = random.choice(["none", "count", "until", "until"])
    if end == "count":
        parts.append(f"COUNT={random.choice([1, 2, 5, 10, 17, 40])}")
    return parts, frequency, end == "until"


def start_text(start, zone):
    if zone == "date":
        return "DTSTART;VALUE=DATE:" + start.strftime("%Y%m%d")
    text = start.strftime("%Y%m%dT%H%M%S")
    return {"UTC": f"DTSTART:{text}Z", "floating": f"DTSTART:{text}"}.get(zone, f"DTSTART;TZID={zone}:{text}")


def instant(time):
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def occurrence_text(time, zone):
    return time.strftime("%Y%m%d") if zone == "date" else instant(time).strftime("%Y%m%dT%H%M%SZ")


def expand(text, start):
    return list(itertools.islice(rr.rrulestr(text, dtstart=start), LIMIT))


class TooSlow(Exception):
    pass


def too_slow(*_):
    raise TooSlow


def second_opinion(start, zone, text, lower, upper):
    calendar = f"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:u\n{start_text(start, zone)}\nRRULE:{text}\nEND:VEVENT\nEND:VCALENDAR\n"
    events = recurring_ical_events.of(icalendar.Calendar.from_ical(calendar)).between(lower, upper)
    times = []
    for event in events:
        time = event.start
        if not isinstance(time, dt.datetime):
            time = dt.datetime(time.year, time.month, time.day)
        if lower <= instant(time) < upper:
            times.append(instant(time))
    return sorted(set(times))


def vector(start, zone, parts, random, skip):
    """One vector; None where a rule has no occurrence worth a test."""
    tz = None if zone in ("floating", "date") else ZoneInfo(zone)
    begin = start.replace(tzinfo=tz)
    text = ";".join(parts)
    try:
        found = expand(text, begin)
    except ValueError:
        return None
    if not found:
        return None
    # From some occurrences on, so that what lies before the window is skipped and not walked, too.
    first = random.choice([0, 0, len(found) // 2, min(len(found) - 1, 400)]) if skip else 0
    found = sorted({instant(t) for t in found} | {instant(begin)})
    lower = found[min(first, len(found) - 1)]
    last = found[min(first + MOST, len(found) - 1)]
    upper = last if first + MOST < len(found) else last + dt.timedelta(days=800)
    if len(found) >= LIMIT:
        upper = min(upper, found[-1])
    if upper.year > 2600 or lower >= upper:
        return None
    expected = [t for t in found if lower <= t < upper]
    other = second_opinion(start, zone, text, lower, upper)
    if other != expected:
        return {"disagrees": text, "start": start_text(start, zone)}
    shown = [occurrence_text(t, zone) for t in expected]
    return {"start": start_text(start, zone), "rule": text, "from": lower.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "to": upper.strftime("%Y-%m-%dT%H:%M:%SZ"), "occurrences": shown}


def rules():
    vectors, disagreements = [], []
    seed = random.Random(20260611)
    signal.signal(signal.SIGALRM, too_slow)
    for one in STANDARD:
        start, text = one if isinstance(one, tuple) else ("19970902T090000", one)
        found = vector(dt.datetime.strptime(start, "%Y%m%dT%H%M%S"), "America/New_York", [text], seed, False)
        assert found and "rule" in found, (one, found)
        vectors.append(found)
    while len(vectors) < 460:
        zone = seed.choice(ZONES)
        is_date = zone == "date"
        parts, frequency, has_until = rule(seed, is_date)
        year = seed.choice([1999, 2007, 2011, 2018, 2023, 2024, 2025, 2026])
        start = dt.datetime(year, seed.choice([1, 2, 3, 3, 4, 10, 10, 11, 12]), seed.randint(1, 28))
        if not is_date:
            start = start.replace(hour=seed.choice([0, 0, 1, 1, 2, 2, 3, 9, 14, 23]), minute=seed.choice([0, 15, 30, 59]))
        tz = None if zone in ("floating", "date") else ZoneInfo(zone)
        if any(p.startswith("BYSETPOS") for p in parts) and frequency == "WEEKLY":
            # python-dateutil lets the first week begin with the start: let it begin there.
            wkst = next((DAYS.index(p[5:]) for p in parts if p.startswith("WKST=")), 0)
            start += dt.timedelta(days=(wkst - start.weekday()) % 7)
            start = start.replace(hour=0, minute=0)
        elif seed.random() < 0.9:
            # Most starts are occurrences, as the standard wants.
            signal.alarm(1)
            try:
                plain = [p for p in parts if not p.startswith("COUNT")]
                found = next(iter(rr.rrulestr(";".join(plain), dtstart=start)), None)
            except (ValueError, TooSlow):
                found = None
            finally:
                signal.alarm(0)
            if found is None or found.year > 2040:
                continue
            if not any(p.startswith("BYSETPOS") for p in parts):
                start = found
        if has_until:
            span = {"YEARLY": 4000, "MONTHLY": 900, "WEEKLY": 200, "DAILY": 60, "HOURLY": 4}.get(frequency, 1)
            until = start + dt.timedelta(days=seed.randint(1, span), hours=0 if is_date else seed.randint(0, 23))
            if is_date:
                parts.append("UNTIL=" + until.strftime("%Y%m%d"))
            elif tz is None:
                parts.append("UNTIL=" + until.strftime(seed.choice(["%Y%m%dT%H%M%S", "%Y%m%d"])))
            else:
                parts.append("UNTIL=" + until.strftime("%Y%m%dT%H%M%SZ"))
        # A rule that walks a desert of seconds says nothing that a faster one does not.
        signal.alarm(1)
        try:
            found = vector(start, zone, parts, seed, True)
        except (OverflowError, ZeroDivisionError, TooSlow):
            continue
        finally:
            signal.alarm(0)
        if found is None:
            continue
        (vectors if "rule" in found else disagreements).append(found)
    print(len(vectors), "rules;", len(disagreements), "on which the two programs disagree, left out:")
    for one in disagreements:
        print("   ", one)
    return vectors


def shown(time):
    if not isinstance(time, dt.datetime):
        return time.strftime("%Y%m%d")
    return instant(time).strftime("%Y%m%dT%H%M%SZ") if time.tzinfo else time.strftime("%Y%m%dT%H%M%S")


def answers(path, lower, upper):
    calendars = icalendar.Calendar.from_ical(path.read_bytes(), multiple=True)
    rows = []
    for calendar in calendars:
        for event in recurring_ical_events.of(calendar).between(lower, upper):
            row = {"uid": str(event.get("UID", "")), "start": shown(event.start), "end": shown(event.end)}
            for name in ("STATUS", "LOCATION"):
                if str(event.get(name, "")):
                    row[name.lower()] = str(event[name])
            rows.append(row)
    rows.sort(key=lambda r: (r["uid"], r["start"], r["end"]))
    return {"from": lower.strftime("%Y-%m-%dT%H:%M:%SZ"), "to": upper.strftime("%Y-%m-%dT%H:%M:%SZ"), "rows": rows}


def write(name, value):
    lists = ",\n".join("  " + json.dumps(v, ensure_ascii=False) for v in value["vectors"])
    (HERE / name).write_text('{"source": ' + json.dumps(value["source"]) + ',\n "vectors": [\n' + lists + "\n]}\n")


if __name__ == "__main__":
    source = "python-dateutil 2.9.0 and recurring-ical-events 3.8.2 (icalendar 7.3.2, tzdata 2026.6), by generate.py"
    write("rules.json", {"source": source, "vectors": rules()})
    window = dt.datetime(2026, 1, 1, tzinfo=UTC), dt.datetime(2027, 1, 1, tzinfo=UTC)
    found = [{"file": p.name, **answers(p, *window)} for p in sorted(HERE.glob("*.ics"))]
    write("answers.json", {"source": source, "vectors": found})
    if len(sys.argv) > 1:
        windows = {"rie_issue_75_range_parameter.ics": 2024, "rie_issue_18_cancel_status.ics": 2020,
                   "rie_issue_20_exdate_ignored.ics": 2019, "rie_issue_62_moved_event.ics": 2021,
                   "rie_three_events_one_edited.ics": 2019}
        found = []
        for path in sorted(pathlib.Path(sys.argv[1]).glob("*.ics")):
            year = windows.get(path.name, 2014)
            window = dt.datetime(year, 1, 1, tzinfo=UTC), dt.datetime(year + 2, 1, 1, tzinfo=UTC)
            try:
                found.append({"file": path.name, **answers(path, *window)})
            except Exception as error:
                print(path.name, "is not read:", error)
        write("samples.json", {"source": source, "vectors": found})
