import Bookings
import Schedules
import Testing

/// Exports as the software of several countries writes them; all people in them are invented.
struct `The guess of an export` {
    @Test func `a British one, with day, time and end in three columns`() throws {
        let guess = try guess(
            """
            Appointment ID,Date,Start time,End time,Clinician,Treatment,Surgery,Status,Patient No,Patient name,Mobile,DOB,Created
            10231,24/03/2026,09:30,10:00,Dr Shah,Exam,2,Confirmed,C-204,Asha Patel,07700 900123,02/11/1980,01/02/2026 10:11
            10232,05/04/2026,11:00,11:20,Dr Shah,Hygiene,1,DNA,C-317,Tom Reed,07700 900456,05/06/1991,02/02/2026 12:40
            10240,06/04/2026,14:00,14:30,Dr Lee,Exam,2,Cancelled,C-204,Asha Patel,07700 900123,02/11/1980,02/02/2026 12:41

            """)
        #expect(guess.doubts == [])
        #expect(
            guess.map == "booking=Appointment ID start=Date+Start time end=Date+End time status=Status "
                + "practitioner=Clinician service=Treatment location=Surgery client.id=Patient No "
                + "client.name=Patient name client.phone=Mobile client.born=DOB")
        #expect(
            guess.dates == .pattern(DatePattern("dd/MM/yyyy")!, why: "2 starts have a day above 12 in the first place"))
        #expect(guess.meanings == "Cancelled=cancelled Confirmed=booked DNA=noshow")
        #expect(guess.unused.map(\.column) == ["Created"])
        #expect(guess.delimiter?.0 == UInt8(ascii: ",") && guess.encoding.0 == .utf8 && guess.rows == 3)
    }

    @Test func `a German one, with semicolons and the letters of Windows`() throws {
        let bytes = windows1252(
            """
            Termin-Nr.;Datum;Uhrzeit;Behandler;Behandlung;Raum;Status;Patienten-Nr;Nachname;Vorname;Telefon;Geburtsdatum\r
            4711;24.03.2026;9:30;Dr. Müller;Prophylaxe;Zimmer 1;Bestätigt;2041;Grün;Jörg;030 1234567;02.11.1980\r
            4712;05.04.2026;11:00;Dr. Müller;Kontrolle;Zimmer 2;Abgesagt;2042;Weiß;Änne;030 7654321;05.06.1991\r
            4713;06.04.2026;14:00;Dr. Öztürk;Kontrolle;Zimmer 2;Nicht erschienen;2041;Grün;Jörg;030 1234567;02.11.1980\r

            """)
        let guess = try ExportGuess(bytes, isWhole: true)
        #expect(guess.doubts == [] && guess.encoding.0 == .windows1252 && guess.delimiter?.0 == UInt8(ascii: ";"))
        #expect(
            guess.map == "booking=Termin-Nr. start=Datum+Uhrzeit status=Status practitioner=Behandler "
                + "service=Behandlung location=Raum client.id=Patienten-Nr client.name=Vorname+Nachname "
                + "client.phone=Telefon client.born=Geburtsdatum")
        #expect(guess.dates?.pattern?.description == "dd.MM.yyyy")
        #expect(guess.meanings == "Abgesagt=cancelled Bestätigt=booked Nicht erschienen=noshow")
    }

    @Test func `an American one, with the month first and AM and PM`() throws {
        let guess = try guess(
            """
            ApptID,Appointment Date,Appointment Time,Provider,Appt Type,Appt Status,Patient Name,Cell Phone,Email
            A1,3/24/2026,9:30 AM,Dr. Diaz,Cleaning,Scheduled,"Park, Ann",(555) 010-0100,ann@example.com
            A2,4/5/2026,1:15 PM,Dr. Diaz,Crown,No-Show,"Ray, Bo",(555) 010-0101,bo@example.com

            """)
        #expect(guess.doubts == [])
        #expect(
            guess.map == "booking=ApptID start=Appointment Date+Appointment Time status=Appt Status "
                + "practitioner=Provider service=Appt Type client.name=Patient Name client.phone=Cell Phone "
                + "client.email=Email")
        #expect(guess.dates?.pattern?.description == "MM/dd/yyyy")
        #expect(guess.meanings == "No-Show=noshow Scheduled=booked")
    }

    @Test func `a French one, with tabs in UTF-16`() throws {
        let text = """
            N° RDV\tDate du rendez-vous\tHeure de début\tPraticien\tMotif\tStatut\tNom\tPrénom\tPortable
            77\t24/03/2026\t09:30\tDr Roux\tDétartrage\tConfirmé\tÉlie\tZoé\t06 12 34 56 78
            78\t25/03/2026\t10:00\tDr Roux\tContrôle\tAnnulé\tNoël\tÈve\t06 12 34 56 79

            """
        let guess = try ExportGuess(utf16(text), isWhole: true)
        #expect(guess.doubts == [] && guess.encoding.0 == .utf16 && guess.delimiter?.0 == 0x09)
        #expect(
            guess.map == "booking=N° RDV start=Date du rendez-vous+Heure de début status=Statut practitioner=Praticien "
                + "service=Motif client.name=Prénom+Nom client.phone=Portable")
        #expect(guess.meanings == "Annulé=cancelled Confirmé=booked")
    }

    @Test func `a Spanish, a Dutch and an Italian one`() throws {
        let spanish = try guess(
            """
            Nº Cita;Fecha;Hora inicio;Profesional;Tratamiento;Estado;Paciente
            1001;24/03/2026;09:30;Dra. Gil;Limpieza;Confirmada;Ana Ruiz
            1002;25/03/2026;10:00;Dra. Gil;Revisión;No asistió;Luis Vega

            """)
        #expect(spanish.doubts == [])
        #expect(
            spanish.map == "booking=Nº Cita start=Fecha+Hora inicio status=Estado practitioner=Profesional "
                + "service=Tratamiento client.name=Paciente")
        let dutch = try guess(
            """
            Afspraaknummer,Datum,Begintijd,Eindtijd,Behandelaar,Status,Patiëntnaam
            1001,24-03-2026,09:30,10:00,Mw. de Wit,Bevestigd,Jan Vos
            1002,25-03-2026,10:00,10:20,Mw. de Wit,Geannuleerd,Eva Bos

            """)
        #expect(dutch.doubts == [] && dutch.meanings == "Bevestigd=booked Geannuleerd=cancelled")
        #expect(dutch.map.hasPrefix("booking=Afspraaknummer start=Datum+Begintijd end=Datum+Eindtijd"))
        let italian = try guess(
            """
            ID appuntamento;Data;Ora inizio;Medico;Prestazione;Stato;Paziente
            1001;24/03/2026;09:30;Dott. Sala;Igiene;Confermato;Ada Riva
            1002;25/03/2026;10:00;Dott. Sala;Visita;Disdetto;Ugo Neri

            """)
        #expect(italian.doubts == [] && italian.meanings == "Confermato=booked Disdetto=cancelled")
        #expect(italian.map.hasPrefix("booking=ID appuntamento start=Data+Ora inizio status=Stato practitioner=Medico"))
    }

    @Test func `one in our own words and ISO dates, for Excel`() throws {
        let guess = try guess(
            "sep=;\nbooking;start;end;status;client.name\nA-1;2026-06-11T09:30;2026-06-11T10:00;booked;Asha Patel\n")
        #expect(guess.doubts == [] && guess.delimiter?.why == "its first line says so")
        #expect(guess.map == "booking=booking start=start end=end status=status client.name=client.name")
        #expect(guess.dates?.pattern == nil && guess.status == [:])
    }

    @Test func `a status and a flag that say different things are one status together`() throws {
        let guess = try guess(
            """
            Booking ID,Start,Status,Cancelled
            1,2026-03-24 09:30,Confirmed,No
            5,2026-03-25 09:30,Confirmed,Yes
            9,2026-03-26 09:30,Arrived,No

            """)
        #expect(guess.map == "booking=Booking ID start=Start status=Status+Cancelled")
        #expect(guess.meanings == "Arrived No=arrived Confirmed No=booked Confirmed Yes=cancelled")
    }

    @Test func `a flag alone is the status`() throws {
        let guess = try guess("Booking ID,Start,Annulé\n7,2026-03-24 09:30,Oui\n9,2026-03-24 10:30,\n")
        #expect(guess.map == "booking=Booking ID start=Start status=Annulé" && guess.meanings == "Oui=cancelled")
    }

    @Test func `what a person says is not guessed`() throws {
        var given = ExportGuess.Given()
        given.columns = ["booking": ["Patient No"], "service": ["-"], "note": ["Type"]]
        given.status = ["Open": .pending]
        given.dates = DatePattern("MM/dd/yyyy")
        let guess = try guess(
            "Ref,Date,Time,Type,Status,Patient No\n1,03/04/2026,09:30,Exam,Open,C-1\n2,05/06/2026,10:30,Exam,Open,C-2\n",
            given: given)
        #expect(guess.doubts == [])
        #expect(guess.map == "booking=Patient No start=Date+Time status=Status note=Type")
        #expect(guess.status == ["Open": .pending] && guess.dates?.pattern?.description == "MM/dd/yyyy")
        given.columns = ["booking": ["Nowhere"]]
        #expect(refusalToGuess(Array("Ref,Date\n1,2\n".utf8), given: given)?.contains("\"Nowhere\"") == true)
    }

    @Test(
        arguments: [
            ("nom du client", "client.name"), ("Nom client", "client.name"), ("Nom de la patiente", "client.name"),
            ("Name des Patienten", "client.name"), ("Kundenname", "client.name"), ("Name of the client", "client.name"),
            ("Patient's name", "client.name"), ("nombre del paciente", "client.name"),
            ("Nome del paziente", "client.name"), ("naam van de klant", "client.name"),
            ("Nom et prénom", "client.name"),
            ("Nom et prénom de la patiente", "client.name"), ("Vor- und Nachname", "client.name"),
            ("Apellidos y nombre del paciente", "client.name"),
        ])
    func `a client's name, whatever small words stand in what it is called`(header: String, word: String) throws {
        let guess = try guess(
            "Booking ID,Start,Status,\(header)\nA-1,2026-03-24 09:30,booked,Ann Park\nA-2,2026-03-25 09:30,booked,Bo Ray\n"
        )
        #expect(guess.map == "booking=Booking ID start=Start status=Status \(word)=\(header)")
    }

    @Test(
        arguments: [
            ("numero del cliente", "client.id"), ("N° du client", "client.id"), ("Nummer des Kunden", "client.id"),
            ("Patient's number", "client.id"), ("numéro de la patiente", "client.id"),
        ])
    func `a client's number likewise`(header: String, word: String) throws {
        let guess = try guess(
            "Booking ID,Start,Status,\(header)\nA-1,2026-03-24 09:30,booked,C-1\nA-2,2026-03-25 09:30,booked,C-1\n")
        #expect(guess.map == "booking=Booking ID start=Start status=Status \(word)=\(header)")
    }

    @Test func `a French one, with first and family name of the client and of the dentist`() throws {
        let guess = try guess(
            """
            Numéro du rendez-vous;Date de rendez-vous;Heure du début;Nom du praticien;Nom du client;Prénom du client;Annulé le
            R-1;24/03/2026;09:30;Dr Roux;Petit;Anne;
            R-2;05/04/2026;11:00;Dr Roux;Morel;Luc;

            """)
        #expect(
            guess.map == "booking=Numéro du rendez-vous start=Date de rendez-vous+Heure du début "
                + "practitioner=Nom du praticien client.name=Prénom du client+Nom du client")
    }

    @Test func `a whole name beside its two parts, of which the parts are taken`() throws {
        let guess = try guess(
            "Booking ID,Start,Patient name,First name,Last name\nA-1,2026-03-24 09:30,Ann Park,Ann,Park\nA-2,2026-03-25 09:30,Bo Ray,Bo,Ray\n"
        )
        #expect(guess.map == "booking=Booking ID start=Start client.name=First name+Last name")
    }
}
