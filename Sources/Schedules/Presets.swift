public import Bookings

/// A layout by the name of the system that writes it. What the configuration says beside it counts more.
///
/// What a system calls a status is mapped with it; a word that is not among these is AR206, as always.
public enum Preset: String, Sendable, CaseIterable {
    /// Easy!Appointments: what its REST API answers, one appointment a line, every page of it:
    ///
    ///     curl -H "Authorization: Bearer …" ".../api/v1/appointments?length=100&page=1" | jq -c '.[]'
    ///
    /// Its times are the provider's wall time: name the zone, or `zones` by provider id. A deleted appointment is
    /// gone, and so is one whose customer was deleted.
    case easyappointments
    /// OpenEMR: a CSV with these columns of the table `openemr_postcalendar_events`, of the appointments of patients:
    ///
    ///     SELECT pc_eid, pc_pid, pc_aid, pc_title, pc_hometext, pc_eventDate, pc_startTime, pc_endTime,
    ///            pc_apptstatus, pc_facility, pc_room FROM openemr_postcalendar_events
    ///     WHERE pc_pid > 0 AND pc_recurrtype = 0
    ///
    /// Its times are the site's wall time. Recurring events are one row for all their days, which this cannot read.
    case openemr
    /// Open Dental: what its API answers to `GET /appointments`, one appointment a line (`jq -c '.[]'`).
    ///
    /// When an appointment ends is in `Pattern` alone, in steps whose length is a setting of the practice: it is left
    /// out. A broken appointment, one that was missed or cancelled late, is read as cancelled. Notes on the schedule
    /// (`PtNote`) are no appointments; leave them out, as with `jq -c '.[] | select(.AptStatus | startswith("PtNote") | not)'`.
    case opendental
    /// Cliniko: what its API answers to `GET /individual_appointments` and `GET /individual_appointments/cancelled`, one
    /// appointment a line, its flags made into a status:
    ///
    ///     jq -c '.individual_appointments[] | .status = if .cancelled_at then "cancelled"
    ///            elif .did_not_arrive then "noshow" elif .patient_arrived then "arrived" else "booked" end'
    ///
    /// Practitioner, client, place and kind of appointment are known by their addresses in the API.
    case cliniko
    /// A database as Django makes one, with the time in a request's table and the client in an appointment's: the CSV of
    ///
    ///     SELECT a.id, r.date, r.start_time, r.end_time, r.staff_member_id, r.service_id, a.client_id, a.phone
    ///     FROM appointment_appointment a JOIN appointment_appointmentrequest r ON r.id = a.appointment_request_id
    ///
    /// It has no status: a row that is there is booked, and a cancelled one is not there (`cancelled: removed`).
    case django

    /// How the export is read.
    public var layout: ScheduleLayout {
        var layout = ScheduleLayout(format: format, columns: columns)
        if self == .django { layout.constants = ["status": Appointment.Status.booked.rawValue] }
        layout.preset = self
        return layout
    }

    private var format: ScheduleLayout.Format {
        switch self {
        case .openemr, .django: .csv
        case .easyappointments, .opendental, .cliniko: .ndjson
        }
    }

    private var columns: [String: [String]] {
        switch self {
        case .easyappointments:
            [
                "booking": ["id"], "start": ["start"], "end": ["end"], "status": ["status"],
                "practitioner": ["providerId"], "service": ["serviceId"], "location": ["location"],
                "client.id": ["customerId"], "note": ["notes"],
            ]
        case .openemr:
            [
                "booking": ["pc_eid"], "start": ["pc_eventDate", "pc_startTime"],
                "end": ["pc_eventDate", "pc_endTime"], "status": ["pc_apptstatus"], "practitioner": ["pc_aid"],
                "service": ["pc_title"], "location": ["pc_facility", "pc_room"], "client.id": ["pc_pid"],
                "note": ["pc_hometext"],
            ]
        case .opendental:
            [
                "booking": ["AptNum"], "start": ["AptDateTime"], "status": ["AptStatus"], "practitioner": ["ProvNum"],
                "service": ["ProcDescript"], "location": ["Op"], "client.id": ["PatNum"], "note": ["Note"],
            ]
        case .cliniko:
            [
                "booking": ["id"], "start": ["starts_at"], "end": ["ends_at"], "status": ["status"],
                "practitioner": ["practitioner.links.self"], "service": ["appointment_type.links.self"],
                "location": ["business.links.self"], "client.id": ["patient.links.self"],
                "client.name": ["patient_name"], "note": ["notes"],
            ]
        case .django:
            [
                "booking": ["id"], "start": ["date", "start_time"], "end": ["date", "end_time"],
                "practitioner": ["staff_member_id"], "service": ["service_id"], "client.id": ["client_id"],
                "client.phone": ["phone"],
            ]
        }
    }

    /// The system's words for statuses.
    public var status: [String: Appointment.Status] {
        switch self {
        case .easyappointments:
            [
                "Booked": .booked, "Confirmed": .booked, "Rescheduled": .booked, "Cancelled": .cancelled,
                "Draft": .pending,
            ]
        case .openemr:
            // As the system's own FHIR interface has it: "-", with which a booking starts, is proposed.
            [
                "-": .proposed, "#": .pending, "^": .pending, ">": .fulfilled, "$": .fulfilled, "AVM": .booked,
                "SMS": .booked, "EMAIL": .booked, "*": .booked, "%": .cancelled, "!": .cancelled, "x": .cancelled,
                "?": .noshow, "~": .arrived, "@": .arrived, "<": .checkedIn, "+": .checkedIn, "CALL": .waitlist,
            ]
        case .opendental:
            [
                "Scheduled": .booked, "ASAP": .booked, "Complete": .fulfilled, "Broken": .cancelled,
                "UnschedList": .waitlist, "Planned": .proposed,
            ]
        case .cliniko, .django: [:]
        }
    }
}
