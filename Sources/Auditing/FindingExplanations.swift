/// What each code means: the words of `daybook explain`.
extension FindingCode {
    static let explanations: [FindingCode: Explanation] = [
        .ar101: Explanation(
            name: "missing-without-delete", severity: .critical,
            definition:
                "A booking is recorded as standing, its start lies inside the window that the export covers, and "
                + "the schedule has no row for it. No cancellation and no deletion is recorded.",
            innocentCauses:
                "A filter in the export that leaves rows out; a reading taken while the booking was being written; "
                + "a new id after a reschedule that the feed did not report.",
            remedy:
                "Look at the booking's history and at the readings before and after it vanished (daybook "
                + "investigate --booking ID). Ask who had the system open between the two. Put the appointment back, "
                + "and tell the client that the record supports them."
        ),
        .ar102: Explanation(
            name: "deleted-but-live", severity: .error,
            definition:
                "A deletion is recorded, and the schedule still shows the booking.",
            innocentCauses:
                "A synchronisation that put it back; a deletion that was reported before it took place.",
            remedy:
                "Ask whether it was meant to be deleted. If it stands, let the system report it as created again."
        ),
        .ar103: Explanation(
            name: "unrecorded", severity: .warning,
            definition:
                "The schedule shows a booking that was never recorded.",
            innocentCauses:
                "The booking is older than the record; the feed of events missed it.",
            remedy:
                "Record what the schedule shows with daybook observe, and look for a gap in capture (AR402) around "
                + "the time it was made."
        ),
        .ar104: Explanation(
            name: "altered-without-modify", severity: .error,
            definition:
                "The schedule shows another time, practitioner, client, service, location or status than the "
                + "record, and no change is recorded.",
            innocentCauses:
                "Somebody corrected it in the database; the feed missed a change; the export writes a field in "
                + "another way.",
            remedy:
                "Compare both sides in the finding. If the change was meant, record it; if the client was told the "
                + "old time, tell them."
        ),
        .ar105: Explanation(
            name: "cancelled-but-live-active", severity: .error,
            definition:
                "A cancellation is recorded, and the schedule shows the booking as standing.",
            innocentCauses:
                "A word for a status that is mapped wrongly; a cancellation that was taken back.",
            remedy:
                "Check the status words in the configuration, then ask the client whether they expect to come."
        ),
        .ar106: Explanation(
            name: "active-but-live-cancelled", severity: .error,
            definition:
                "The schedule shows the booking as cancelled, and no cancellation is recorded.",
            innocentCauses:
                "The feed missed the cancellation.",
            remedy:
                "Find out who cancelled it and whether the client was told."
        ),
        .ar107: Explanation(
            name: "status-regressed", severity: .warning,
            definition:
                "A booking went back from a state that ends a visit to an earlier one.",
            innocentCauses:
                "Somebody undid a click.",
            remedy:
                "Ask the person named in the history."
        ),
        .ar108: Explanation(
            name: "id-reused", severity: .critical,
            definition:
                "An id now belongs to another client and another time than the record says, without a recorded "
                + "change.",
            innocentCauses:
                "The database was restored or emptied and counts from the start; a reschedule and a change of "
                + "client in one edit.",
            remedy:
                "Treat both as separate bookings. Ask the vendor whether ids are ever given twice."
        ),
        .ar109: Explanation(
            name: "duplicate-live", severity: .warning,
            definition:
                "The schedule has more than one row for the same client, practitioner and start.",
            innocentCauses:
                "Group appointments; several practitioners at one appointment.",
            remedy:
                "Remove the one that was entered twice."
        ),
        .ar110: Explanation(
            name: "zone-shifted", severity: .error,
            definition:
                "Many bookings differ from the record by one constant offset.",
            innocentCauses:
                "A time zone or clock change that one of the two sides handles wrongly; a whole clinic moved on "
                + "purpose.",
            remedy:
                "Check the zone of the source in the configuration and in the booking system before correcting "
                + "single rows."
        ),
        .ar111: Explanation(
            name: "replaced", severity: .warning,
            definition:
                "A recorded booking is missing, and another of the same client looks like its successor: a row that "
                + "nobody recorded, or a booking that a reading was the first to show when it was the first to lack "
                + "this one. How alike they are is said, of 100.",
            innocentCauses:
                "The system gives a rescheduled booking a new id; the export has no ids, and they are made of what its "
                + "rows say.",
            remedy:
                "See whether it is the same arrangement. If it is, say so once (daybook attest ID --moved-to NEW-ID --by "
                + "WHO --reason WHY), or have the feed report the old id as supersedes. If it is another one, this one is "
                + "missing: treat it as AR101."
        ),
        .ar112: Explanation(
            name: "malformed-live-value", severity: .error,
            definition:
                "The schedule holds a value that cannot be: 30 February, 128:00, an end before its start.",
            innocentCauses:
                "A damaged row; an export in an unexpected format.",
            remedy:
                "Correct the row in the booking system; the finding names row and column."
        ),
        .ar113: Explanation(
            name: "occurrence-dropped", severity: .error,
            definition:
                "An occurrence of a series is recorded and the series no longer produces it.",
            innocentCauses:
                "An exception that was entered on purpose; a horizon of the export.",
            remedy:
                "Look at the rule and exceptions of the series."
        ),
        .ar114: Explanation(
            name: "double-booked", severity: .info,
            definition:
                "Two standing bookings overlap for one practitioner or room beyond its capacity.",
            innocentCauses:
                "Overbooking that the practice allows.",
            remedy:
                "Set the capacity in the configuration, or move one."
        ),
        .ar115: Explanation(
            name: "out-of-window", severity: .info,
            definition:
                "Bookings outside the window that the export covers were not judged.",
            innocentCauses:
                "This is what a window means.",
            remedy:
                "Widen the window of the export to have them judged."
        ),
        .ar116: Explanation(
            name: "moved-out-of-window", severity: .info,
            definition:
                "A booking left the window of the export by a recorded move.",
            innocentCauses:
                "This is an ordinary reschedule.",
            remedy:
                "Nothing."
        ),
        .ar201: Explanation(
            name: "partial-export", severity: .error,
            definition:
                "The export holds fewer rows than it says there are, or is not declared complete.",
            innocentCauses:
                "An export cut after a page; an export that broke off.",
            remedy:
                "Run the export again; raise its page size or limit. Nothing is concluded from what it lacks."
        ),
        .ar202: Explanation(
            name: "mass-disappearance", severity: .error,
            definition:
                "More bookings went missing at once than a practice loses in a night, or the export is empty.",
            innocentCauses:
                "A filter, a wrong file, an export that failed; a practice that gave up many appointments on purpose.",
            remedy:
                "Look at the export first. If it is right, say so once: daybook reconcile SOURCE "
                + "--allow-mass-disappearance --by WHO. From then on, also in the nights, these bookings are judged singly, "
                + "and what was meant can be attested (daybook attest) or acknowledged (daybook findings ack)."
        ),
        .ar203: Explanation(
            name: "stale-export", severity: .error,
            definition:
                "The export is older than what was recorded, or than it may be.",
            innocentCauses:
                "Yesterday's file was read again.",
            remedy:
                "See that the export runs before the check."
        ),
        .ar204: Explanation(
            name: "coverage-gap", severity: .warning,
            definition:
                "The windows of the exports leave days out.",
            innocentCauses:
                "A change in the export's settings.",
            remedy:
                "Widen the windows until they meet."
        ),
        .ar205: Explanation(
            name: "duplicate-id-in-export", severity: .error,
            definition:
                "The export has one id twice.",
            innocentCauses:
                "Rows moved between pages while it was written.",
            remedy:
                "Sort the export by id, or write it in one piece."
        ),
        .ar206: Explanation(
            name: "unmapped-status", severity: .warning,
            definition:
                "The schedule uses a word for a status that nobody explained.",
            innocentCauses:
                "A new status in the booking system.",
            remedy:
                "Say which status it stands for: --status WORD=booked for this once, or for good in the configuration, "
                + "under the source, status: { WORD: booked }. FHIR's words are proposed, pending, booked, arrived, "
                + "fulfilled, cancelled, noshow, entered-in-error, checked-in and waitlist."
        ),
        .ar207: Explanation(
            name: "zone-undeclared", severity: .warning,
            definition:
                "The schedule holds local times, and nobody said of which zone.",
            innocentCauses:
                "A source without a zone in the configuration.",
            remedy:
                "Set the source's zone, or pass --zone."
        ),
        .ar301: Explanation(
            name: "sibling-evidence", severity: .info,
            definition:
                "Another booking was made in the same breath, by the same login or for the same client, and shows "
                + "that booking was going on.",
            innocentCauses:
                "None needed: this is context.",
            remedy:
                "Mention it when you explain what happened."
        ),
        .ar302: Explanation(
            name: "no-notice-evidence", severity: .warning,
            definition:
                "The practice cancelled, deleted or moved a booking, and no notice that reached the client is "
                + "recorded.",
            innocentCauses:
                "The client was told in a way that nobody recorded.",
            remedy:
                "Ask who told the client, and have it recorded; otherwise apologise."
        ),
        .ar303: Explanation(
            name: "actor-anomaly", severity: .info,
            definition:
                "A deletion or change was made by a synchronisation, a job or at an unusual hour.",
            innocentCauses:
                "Ordinary housekeeping.",
            remedy:
                "Check that the job does what it should."
        ),
        .ar304: Explanation(
            name: "late-recorded", severity: .warning,
            definition:
                "An event reached the record long after it happened, or an explanation was recorded after the loss "
                + "was seen.",
            innocentCauses:
                "A feed that was down; somebody tidying up.",
            remedy:
                "Read both times in the finding; the record does not take the later explanation for an earlier "
                + "one."
        ),
        .ar305: Explanation(
            name: "reason-missing", severity: .info,
            definition:
                "A cancellation or deletion has no reason.",
            innocentCauses:
                "The system does not ask for one.",
            remedy:
                "Ask for reasons where the system can."
        ),
        .ar401: Explanation(
            name: "chain-broken", severity: .critical,
            definition:
                "Entries of the ledger were edited, inserted, deleted or reordered, or a declared state is false.",
            innocentCauses:
                "A damaged disk.",
            remedy:
                "Stop writing, keep the file, put back the last good backup beside it, and compare with "
                + "checkpoints kept outside."
        ),
        .ar402: Explanation(
            name: "capture-gap", severity: .error,
            definition:
                "Events are missing from a source's own numbering, the schedule showed what no event had said, or a "
                + "night's check did not run: the record may lack what happened there.",
            innocentCauses:
                "The feed was down; events were filtered out; the computer was off at night.",
            remedy:
                "Have the source send the missing events again, and see to it that the nightly check runs. Until then "
                + "absence from the record proves nothing for that time."
        ),
        .ar403: Explanation(
            name: "rolled-back", severity: .critical,
            definition:
                "The ledger is older than a checkpoint of it, or another history under the same name.",
            innocentCauses:
                "A backup was put back.",
            remedy:
                "Nothing is written to it. A restore that is meant continues openly: daybook init --origin NEW "
                + "--after CHECKPOINT."
        ),
        .ar404: Explanation(
            name: "clock-anomaly", severity: .warning,
            definition:
                "A clock ran back, or an event says that it happened after it was recorded.",
            innocentCauses:
                "A clock that was set; a source whose clock is ahead.",
            remedy:
                "Set the clocks by the network."
        ),
        .ar405: Explanation(
            name: "delivery-anomaly", severity: .info,
            definition:
                "The same event came twice with different content, or events came out of their order.",
            innocentCauses:
                "A feed that repeats and overtakes.",
            remedy:
                "Nothing, where it is rare."
        ),
        .ar406: Explanation(
            name: "checkpoint-not-held-outside", severity: .warning,
            definition:
                "No checkpoint has left for a place outside the ledger's reach for too long: a rewrite since then "
                + "could not be shown.",
            innocentCauses:
                "Nobody set up a place.",
            remedy:
                "Run daybook checkpoint --out to a stick, another machine, or a mail to the accountant."
        ),
        .ar407: Explanation(
            name: "impossible-transition", severity: .warning,
            definition:
                "The order of events cannot be: a change before the creation, a second deletion.",
            innocentCauses:
                "A feed that lost or repeated events.",
            remedy:
                "Read the booking's history."
        ),
    ]
}
