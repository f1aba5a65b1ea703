/// The spellings behind ``HeaderWords``, as ``HeaderWords/plain(_:)`` writes them: one list a word, the surest first.
enum HeaderSpellings {
    static let all: [Word: String] = [
        .booking: """
        booking, booking id, booking ref, booking reference, booking no, booking number, booking code
        appointment id, appointment no, appointment number, appointment ref, appointment reference
        appt id, appt no, appt number, appt ref, apptid, aptnum, event id, visit id, reservation id
        termin id, terminid, termin nr, terminnr, termin nummer, terminnummer, buchung, buchungs id, buchungsnummer
        buchungsnr, id rdv, rdv id, n rdv, no rdv, numero rdv, numero de rdv, numero de rendez vous, reference rdv
        id rendez vous, id du rendez vous, id cita, id de cita, id de la cita, cita id, n cita, num cita
        numero cita, numero de cita, afspraak id, afspraakid, afspraaknummer, afspraaknr, afspraak nr
        id appuntamento, n appuntamento, numero appuntamento, codice appuntamento, id prenotazione
        ref, reference, ref no, referencia, rif, uid, id, nr, no, number, nummer, numero, n, codice, code, key
        """,
        .start: """
        start, start time, starts, starts at, start at, start date, start datetime, start date time, starttime
        appointment start, appointment date, appointment time, appointment date time, appointment datetime
        appointment, appt date, appt time, appt start, scheduled start, scheduled for, scheduled at
        scheduled date, scheduled time, begin, begins, begins at, date time, datetime, date and time, date, time
        day, from, termin, termindatum, terminzeit, termin datum, termin uhrzeit, terminbeginn, beginn, startzeit
        startdatum, datum, datum des termins, uhrzeit des termins, datum uhrzeit, datum und uhrzeit, uhrzeit, zeit, tag, von
        date rdv, heure rdv, date du rendez vous, heure du rendez vous, date du rdv, heure du rdv, date heure
        date et heure, debut, date debut, date de debut, heure de debut, heure debut, heure, jour
        fecha, fecha cita, fecha de la cita, fecha de cita, fecha hora, fecha y hora, fecha inicio
        fecha de inicio, hora, hora cita, hora de la cita, hora inicio, hora de inicio, inicio, dia
        datum afspraak, afspraakdatum, datum tijd, datum en tijd, begin tijd, begintijd, starttijd, aanvang
        aanvangstijd, tijd, tijdstip, dag, van, data, data ora, data e ora, data appuntamento, ora appuntamento
        ora, ora inizio, ora di inizio, inizio, giorno, dalle, booking date, booking time, buchungsdatum
        date de reservation, fecha de reserva, data prenotazione
        """,
        .end: """
        end, end time, ends, ends at, end at, end date, end datetime, end date time, endtime, appointment end
        appt end, scheduled end, finish, finish time, finishes, until, to, ende, endzeit, enduhrzeit, terminende, bis
        fin, heure de fin, heure fin, date fin, date de fin, hora fin, hora de fin, fecha fin, fecha de fin
        einde, eindtijd, tot, fine, ora fine, ora di fine, alle
        """,
        .zone: "zone, time zone, timezone, tz, zeitzone, fuseau horaire, zona horaria, tijdzone, fuso orario",
        .status: """
        status, appointment status, appt status, booking status, aptstatus, state, confirmation status, terminstatus
        statut, statut du rdv, statut du rendez vous, status des termins, etat, estado, estado de la cita, estado cita, afspraakstatus, stato
        stato appuntamento
        """,
        .practitioner: """
        practitioner, practitioner name, provider, provider name, clinician, clinician name, doctor, doctor name
        dentist, therapist, physician, consultant, hygienist, specialist, optometrist, stylist, seen by, with, staff
        staff member, staff name, employee, resource, behandler, behandlerin, behandelnder arzt, arzt, arztin, zahnarzt
        therapeut, mitarbeiter, mitarbeiterin, praticien, praticienne, medecin, docteur, dentiste, therapeute
        professionnel, intervenant, profesional, medico, doctora, dentista, odontologo, terapeuta, especialista
        behandelaar, arts, tandarts, medewerker, zorgverlener, dottore, operatore, professionista, terapista
        """,
        .service: """
        service, service name, appointment type, appt type, treatment, treatment type, procedure, visit type, type
        behandlung, behandlungsart, leistung, terminart, termintyp, art, prestation, acte, type de rdv
        type de rendez vous, motif, motif de consultation, servicio, tratamiento, tipo de cita, tipo
        behandeling, dienst, afspraaktype, soort, soort afspraak, servizio, trattamento, prestazione
        tipo appuntamento
        """,
        .location: """
        location, location name, room, surgery, operatory, chair, site, branch, clinic, raum, zimmer, behandlungsraum
        behandlungszimmer, sprechzimmer, standort, stuhl, filiale, salle, cabinet, fauteuil, lieu, sala
        consultorio, gabinete, sede, lugar, clinica, ruimte, kamer, behandelkamer, locatie, vestiging, stanza
        studio, poltrona, luogo
        """,
        .series: "series, series id, recurring series, serie, serien id, serien nr, recurrence series",
        .occurrence: "occurrence, recurrence id, occurrence date",
        .clientID: """
        client id, client no, client number, client ref, client code, patient id, patient no, patient number
        patient ref, patient code, pat id, pat no, pat num, patnum, customer id, customer no, customer number, mrn
        chart no, chart number, chart, nhs number, nhs no, patient nr, patientnr, patienten nr, patientennr
        patienten nummer, patientennummer, patienten id, pat nr, kundennr, kunden nr, kundennummer, kunden id
        id patient, n patient, no patient, numero patient, numero de patient, numero de dossier, n dossier, dossier
        id paciente, n paciente, numero de paciente, numero paciente, historia clinica, n historia, nhc, id cliente
        patientnummer, patientid, clientnummer, klantnummer, klantnr, bsn, id paziente, codice paziente
        numero paziente, codice fiscale, codice cliente
        """,
        .clientName: """
        client, client name, patient, patient name, patientname, customer, customer name, full name, name
        patientenname, patientin, kunde, kundin, kundenname, nom complet, nom patient, nom du patient, nom
        paciente, nombre del paciente, nombre paciente, nombre completo, nombre y apellidos, nombre, cliente
        patientnaam, naam patient, naam, clientnaam, klant, klantnaam, paziente, nome paziente, nominativo, nome
        """,
        .clientPhone: """
        mobile, mobile phone, mobile number, mobile no, cell, cell phone, cellphone, phone, phone number, phone no
        telephone, telephone number, tel, tel no, contact number, home phone, client phone, patient phone, handy
        mobil, mobiltelefon, handynummer, telefon, telefonnummer, portable, telephone portable, tel portable
        mobile patient, movil, telefono movil, telefono, celular, mobiel, mobiel nummer, telefoon, telefoonnummer
        cellulare
        """,
        .clientEmail: """
        email, e mail, mail, email address, e mail address, client email, patient email, e mail adresse, emailadresse
        courriel, adresse mail, adresse e mail, correo, correo electronico, e mailadres, emailadres
        posta elettronica, indirizzo email
        """,
        .clientBorn: """
        dob, d o b, date of birth, birth date, birthdate, birthday, born, client born, patient dob, geburtsdatum
        geburtstag, geb datum, geb, geboren, geboren am, date de naissance, naissance, ne le, nee le
        fecha de nacimiento, fecha nacimiento, f nacimiento, nacimiento, geboortedatum, geb dat, data di nascita
        data nascita, nascita, nato il
        """,
        .note: """
        note, notes, appointment notes, comment, comments, remark, remarks, memo, reason, reason for visit
        description, bemerkung, bemerkungen, notiz, notizen, kommentar, grund, beschreibung, anmerkung, anmerkungen
        remarque, remarques, commentaire, commentaires, raison, notas, nota, comentario, comentarios, observaciones
        opmerking, opmerkingen, notitie, notities, reden, osservazioni, commento, motivo
        """,
    ]
}
