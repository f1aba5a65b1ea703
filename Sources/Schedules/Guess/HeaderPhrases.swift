/// Headers that say what of whom, "nom du client", "Name des Patienten", "customer number": every such pair of words is
/// meant alike, so that they are put together here, in either order, instead of being listed.
enum HeaderPhrases {
    /// The phrases that mean a word, as ``HeaderWords/bare(_:)`` writes them.
    static let all: [Word: [String]] = [
        .clientName: pairs(clients, names) + wholeNames, .clientID: pairs(clients, numbers),
        .clientPhone: pairs(clients, phones),
        .clientEmail: pairs(clients, emails), .clientBorn: pairs(clients, births),
        .practitioner: pairs(practitioners, names),
    ]

    /// Both parts of a name in one column.
    private static let wholeNames = names.filter { $0.contains(" ") }

    static let firstNames = pairs(clients, ["first name", "forename", "prenom", "vorname", "voornaam"])

    /// A whole name too, where no first name stands beside it.
    static let familyNames = pairs(
        clients,
        [
            "last name", "surname", "family name", "nachname", "familienname", "nom famille", "apellidos", "apellido",
            "achternaam", "cognome",
            "name", "nom", "nombre", "naam", "nome",
        ])

    private static let clients = [
        "client", "clients", "cliente", "clienta", "clienten", "patient", "patients", "patiente", "patienten",
        "patientin", "customer", "customers", "kunde", "kunden", "kundin", "paciente", "paziente", "klant",
    ]

    private static let practitioners = [
        "practitioner", "provider", "clinician", "doctor", "dentist", "therapist", "behandler", "behandlers", "arztes",
        "zahnarztes", "therapeuten", "praticien", "praticienne", "medecin", "docteur", "dentiste", "profesional",
        "medico", "dentista", "behandelaar", "tandarts", "arts", "dottore",
    ]

    private static let names = [
        "name", "full name", "nom", "nom complet", "nom et prenom", "nom prenom", "prenom et nom", "prenom nom",
        "vorname und nachname", "vor und nachname", "vorname nachname", "nachname vorname", "name vorname", "nombre",
        "nombre completo", "nombre y apellidos", "apellidos y nombre", "naam", "nome", "nome e cognome",
        "cognome e nome",
    ]
    private static let numbers = [
        "id", "no", "nr", "n", "num", "number", "nummer", "numero", "ref", "reference", "referencia", "code", "codigo",
        "codice",
    ]
    private static let phones = [
        "phone", "phone number", "mobile", "mobile number", "cell", "tel", "telephone", "portable", "telefon",
        "telefonnummer", "handy", "handynummer", "telefono", "movil", "telefoon", "telefoonnummer", "cellulare",
    ]
    private static let emails = ["email", "e mail", "mail", "email address", "courriel", "adresse mail", "correo"]
    private static let births = [
        "dob", "birth date", "date birth", "birthday", "date naissance", "geburtsdatum", "geburtstag",
        "fecha nacimiento", "geboortedatum", "data nascita",
    ]

    private static func pairs(_ whose: [String], _ what: [String]) -> [String] {
        what.flatMap { what in whose.flatMap { ["\($0) \(what)", "\(what) \($0)", "\($0)\(what)"] } }
    }
}
