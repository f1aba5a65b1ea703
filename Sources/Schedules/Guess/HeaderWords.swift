import Foundation

/// What practice software calls its columns, in six languages.
///
/// A name alone decides nothing: whether the column holds what its name says is looked at after
/// (``ColumnChoice``). The earlier a spelling stands in its list, the surer it is.
enum HeaderWords {
    /// The place of a header among the spellings of a word; `nil` where it is none of them.
    static func rank(_ header: String, of word: Word) -> Int? {
        guard let known = spellings[word] else { return nil }
        return known[plain(header)] ?? known[bare(header)]
    }

    /// True for a first name: beside it stands the rest of the name.
    static func isFirstName(_ header: String) -> Bool { firstNames.contains(bare(header)) }

    /// True for a family name, also by a word that means a whole name where it stands alone.
    static func isFamilyName(_ header: String) -> Bool { familyNames.contains(bare(header)) }

    /// True for a moment in the life of the record, not of the appointment: when it was made, changed or paid.
    static func isRecordKeeping(_ header: String) -> Bool { recordKeeping.contains(bare(header)) }

    /// True for "Booking date", which is the appointment's day in one program and the day of the call in another.
    static func isTwoFaced(_ header: String) -> Bool { twoFaced.contains(bare(header)) }

    /// True for a column that says yes or no to "cancelled".
    static func isCancelledFlag(_ header: String) -> Bool { cancelledFlags.contains(bare(header)) }

    /// True for a name that is short for many things: an id of whom?
    static func isVague(_ header: String) -> Bool { vague.contains(bare(header)) }

    /// True where any list has this header.
    static func knows(_ header: String) -> Bool {
        let bare = bare(header)
        return Word.allCases.contains { rank(header, of: $0) != nil } || firstNames.contains(bare)
            || familyNames.contains(bare) || recordKeeping.contains(bare) || cancelledFlags.contains(bare)
    }

    /// Lower case, without accents, one space for whatever stands between words: `PatientNo`, `PATIENT_NO` and
    /// `Patient-No.` are `patient no`.
    static func plain(_ header: String) -> String {
        var spaced = ""
        var last: Character = " "
        for character in header {
            if character.isUppercase, last.isLowercase { spaced.append(" ") }
            spaced.append(character)
            last = character
        }
        return spaced.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil)
            .replacing("ß", with: "ss").replacing("º", with: "").replacing("°", with: "")
            .split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
    }

    /// As ``plain(_:)``, without the small words between two others: `nom du client` is `nom client`, `Name of the
    /// patient` is `name patient`. One at the end says something: `annulé le` is a day, and `annulé` is yes or no.
    static func bare(_ header: String) -> String { bare(plain: plain(header)) }

    private static func bare(plain: String) -> String {
        let words = plain.split(separator: " ")
        return words.enumerated()
            .filter { $0 == 0 || $0 == words.count - 1 || !particles.contains(String($1)) }.map(\.element)
            .joined(separator: " ")
    }

    // The s is that of "patient's name", d and l are those of "d'attente" and "l'appuntamento".
    private static let particles: Set<String> = [
        "of", "the", "s", "d", "l", "du", "de", "des", "le", "la", "les", "del", "el", "los", "las", "der", "die",
        "das", "dem", "den", "van", "het", "di", "della", "dello", "dell", "il", "lo",
    ]

    private static func set(_ text: String) -> Set<String> { Set(list(text).map(bare(plain:))) }

    private static func list(_ text: String) -> [String] {
        text.split { $0 == "," || $0 == "\n" }.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    private static let spellings: [Word: [String: Int]] = {
        var all: [Word: [String: Int]] = [:]
        for word in Word.allCases {
            let listed = list(HeaderSpellings.all[word] ?? "")
            let spellings = listed + listed.map(bare(plain:)) + (HeaderPhrases.all[word] ?? [])
            all[word] = Dictionary(spellings.enumerated().map { ($1, $0) }, uniquingKeysWith: min)
        }
        return all
    }()

    private static let vague = set(
        "id, nr, no, number, nummer, key, numero, n, codice, code, ref, reference, uid, ref no, rif, referencia")

    private static let firstNames = set(
        """
        first name, firstname, forename, given name, christian name, patient first name, client first name
        vorname, prenom, voornaam, nome di battesimo, nombre de pila
        """
    ).union(HeaderPhrases.firstNames)

    private static let familyNames = set(
        """
        last name, lastname, surname, family name, patient last name, client last name, name, nachname, familienname
        nom, nom de famille, apellidos, apellido, achternaam, familienaam, cognome
        """
    ).union(HeaderPhrases.familyNames)

    private static let recordKeeping = set(
        """
        created, created at, created on, created date, date created, creation date, made on, entered, entered on
        booked on, booked at, date booked, modified, modified at, modified on, date modified, updated, updated at
        updated on, last modified, last updated, last changed, changed, changed on, cancelled at, cancelled on
        canceled at, canceled on, cancellation date, arrived at, arrival time, checked in, checked in at, check in time
        checked out at, invoiced on, invoice date, paid on, last visit, next visit, recall date, exported, exported at
        erstellt, erstellt am, angelegt, angelegt am, geandert, geandert am, gebucht am, abgesagt am, storniert am
        letzte anderung, cree le, date de creation, modifie le, date de modification, annule le, creado
        fecha de creacion, creada, modificado, fecha de modificacion, creato, creato il, data creazione, modificato
        aangemaakt, aangemaakt op, gewijzigd, gewijzigd op
        """)

    private static let twoFaced = set(
        "booking date, booking time, buchungsdatum, date de reservation, fecha de reserva, data prenotazione")

    private static let cancelledFlags = set(
        """
        cancelled, canceled, is cancelled, is canceled, cancellation, abgesagt, storniert, storno, annule, annulee
        cancelado, cancelada, anulado, anulada, annullato, annullata, disdetto, geannuleerd
        """)
}
