import Bookings

/// What practices call the statuses of an appointment, in six languages.
enum StatusWords {
    /// FHIR's word for a practice's; `nil` for a word that is not known, about which a person is asked.
    static func status(of word: String) -> Appointment.Status? { known[HeaderWords.plain(word)] }

    /// What yes or no means in a column that is called "Cancelled"; `nil` for any other word.
    static func status(ofFlag word: String) -> Appointment.Status? {
        let plain = HeaderWords.plain(word)
        return yes.contains(plain) ? .cancelled : no.contains(plain) ? .booked : nil
    }

    private static let yes: Set<String> = [
        "yes", "y", "true", "1", "x", "ja", "j", "oui", "o", "si", "s", "vrai", "wahr",
    ]
    private static let no: Set<String> = ["no", "n", "false", "0", "nein", "non", "nee", "faux", "falsch"]

    private static let known: [String: Appointment.Status] = {
        var known: [String: Appointment.Status] = [:]
        for (status, text) in spellings {
            for line in text.split(separator: "\n") {
                for word in line.split(separator: ",") {
                    known[HeaderWords.plain(String(word))] = status
                }
            }
        }
        return known
    }()

    private static let spellings: [Appointment.Status: String] = [
        .proposed: "proposed, vorgeschlagen, propose, propuesto, voorgesteld, proposto",
        .pending: """
        pending, provisional, tentative, unconfirmed, not confirmed, requested, awaiting confirmation
        to be confirmed, tbc, vorlaufig, unbestatigt, angefragt, offen, provisoire, en attente, non confirme
        a confirmer, pendiente, sin confirmar, provisional, por confirmar, voorlopig, onbevestigd, aangevraagd
        in attesa, da confermare, non confermato, provvisorio
        """,
        .booked: """
        booked, confirmed, scheduled, active, planned, reserved, accepted, gebucht, bestatigt, geplant
        vereinbart, fest, reserve, confirme, confirmee, planifie, prevu, pris, confirmado, confirmada, reservado
        reservada, programado, programada, citado, geboekt, bevestigd, gepland, ingepland, confermato, confermata
        prenotato, prenotata, fissato
        """,
        .arrived: """
        arrived, patient arrived, here, waiting, in waiting room, angekommen, eingetroffen, wartet, im wartezimmer
        anwesend, arrive, arrivee, present, en salle d attente, llegado, llego, en espera, en sala de espera
        aangekomen, aanwezig, in wachtkamer, arrivato, arrivata, in sala d attesa
        """,
        .checkedIn: """
        checked in, check in, in progress, in treatment, in surgery, in chair, seated, started, in behandlung
        eingecheckt, en cours, en consultation, en curso, en consulta, in behandeling, in corso
        """,
        .fulfilled: """
        fulfilled, completed, complete, done, finished, attended, seen, checked out, departed, discharged, closed
        erledigt, abgeschlossen, behandelt, beendet, wahrgenommen, erschienen, termine, terminee, fait, effectue
        honore, vu, realizado, realizada, atendido, atendida, completado, completada, finalizado, finalizada
        afgerond, voltooid, gezien, behandeld, afgehandeld, completato, completata, eseguito, eseguita, effettuato
        concluso
        """,
        .cancelled: """
        cancelled, canceled, cancelled by patient, cancelled by practice, cancelled by clinic, canceled by patient
        cancelled by client, patient cancelled, practice cancelled, late cancellation, cancelled late, cancellation
        short notice cancellation, abgesagt, storniert, storno, ausgefallen, annule, annulee, annule par le patient
        cancelado, cancelada, anulado, anulada, geannuleerd, afgezegd, annullato, annullata, disdetto, cancellato
        """,
        .noshow: """
        no show, noshow, dna, did not attend, fta, failed to attend, failed to arrive, missed, missed appointment
        not attended, did not arrive, utt, nicht erschienen, nicht gekommen, versaumt, unentschuldigt
        absent, non venu, non honore, lapin, pas venu, no presentado, no asistio, ausente, falta, inasistencia
        niet verschenen, niet gekomen, non presentato, non presentata, assente, mancato
        """,
        .enteredInError: """
        entered in error, error, in error, deleted, void, voided, invalid, irrtumlich, geloscht, fehlerhaft
        erreur, supprime, error de registro, eliminado, foutief, verwijderd, errore, eliminato
        """,
        .waitlist: """
        waitlist, wait list, waiting list, waitlisted, short notice list, warteliste, liste d attente
        lista de espera, wachtlijst, lista d attesa
        """,
    ]
}
