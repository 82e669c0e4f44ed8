//! Pseudonyms: what is shown in place of a person, a company or an address. The same one has the same
//! pseudonym as long as the key is the same, and without the key names cannot be tried to find out which.

use std::fmt;

use aws_lc_rs::hmac;

use super::words::fold_line;
use crate::chat::PrivacyKey;

const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Letters and digits of a code. Without vowels it is no word; 0 and 1 look like letters.
const SYMBOLS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ23456789";
/// Of 3,000 customers, fewer than one in fifty sets has two with the same code.
const CODE_LENGTH: usize = 6;

/// Reserved by RFC 2606: no address exists there.
const MAIL_DOMAIN: &str = "@masked.example";

/// What a pseudonym replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Customer,
    Agent,
    /// A customer or an agent: which of them is not known.
    Person,
    Company,
    Mail,
    Phone,
    /// Part of a postal address.
    Place,
    /// A host name or an IP address.
    Host,
    /// A long number in a text.
    Number,
}

impl Kind {
    /// The word before the code.
    fn label(self) -> &'static str {
        match self {
            Self::Customer => "Customer ",
            Self::Agent => "Agent ",
            Self::Person => "Person ",
            Self::Company => "Company ",
            Self::Mail => "",
            Self::Phone => "Phone ",
            Self::Place => "Place ",
            Self::Host => "Host ",
            Self::Number => "#",
        }
    }

    /// Returns `true` if a value of one kind may be of the other.
    pub(super) fn is_like(self, other: Self) -> bool {
        self.domain() == other.domain()
    }

    /// Kinds that share codes: an agent who is a customer elsewhere is recognized.
    fn domain(self) -> &'static str {
        match self {
            Self::Customer | Self::Agent | Self::Person => "person",
            Self::Company => "company",
            Self::Mail => "mail",
            // A number in a text may be a phone number.
            Self::Phone | Self::Number => "number",
            Self::Place => "place",
            Self::Host => "host",
        }
    }
}

/// The replacement of one person, company or address: `Customer K7F2QX`, `k7f2qx@masked.example`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pseudonym {
    pub(super) kind: Kind,
    code: [u8; CODE_LENGTH],
}

impl Pseudonym {
    fn code(self) -> impl Iterator<Item = char> {
        self.code.into_iter().map(char::from)
    }

    /// The code alone in lower case, for the inside of an address.
    pub(super) fn slug(self) -> String {
        self.code()
            .map(|symbol| symbol.to_ascii_lowercase())
            .collect()
    }
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind == Kind::Mail {
            return write!(f, "{}{MAIL_DOMAIN}", self.slug());
        }
        f.write_str(self.kind.label())?;
        self.code().try_for_each(|symbol| write!(f, "{symbol}"))
    }
}

/// Returns `true` for the code of a pseudonym in either case.
fn is_code(text: &str) -> bool {
    let is_symbol = |byte: &u8| SYMBOLS.contains(&byte.to_ascii_uppercase());
    let bytes = text.as_bytes();
    bytes.len() == CODE_LENGTH
        && bytes.iter().all(is_symbol)
        && bytes.first().is_some_and(u8::is_ascii_alphabetic)
}

/// The length of the pseudonym that a text begins with; 0 if it begins with none.
pub(super) fn pseudonym_length(text: &str) -> usize {
    const LABELED: [Kind; 7] = [
        Kind::Customer,
        Kind::Agent,
        Kind::Person,
        Kind::Company,
        Kind::Phone,
        Kind::Place,
        Kind::Host,
    ];
    let code_of = |label: &str| {
        let rest = text.strip_prefix(label)?;
        let (code, after) = rest.split_at_checked(CODE_LENGTH)?;
        let ends = !after.starts_with(char::is_alphanumeric);
        (is_code(code) && ends).then_some(label.len() + CODE_LENGTH)
    };
    let mut labels = LABELED.into_iter().map(Kind::label);
    labels.find_map(code_of).unwrap_or(0)
}

/// A text without the label of the pseudonym that it begins with, if that is cut to this many bytes:
/// the code distinguishes two pseudonyms.
pub(crate) fn drop_label(text: &str, kept: usize) -> Option<&str> {
    let length = pseudonym_length(text);
    let label = length.checked_sub(CODE_LENGTH)?;
    text.get(label..).filter(|_| kept < length)
}

/// Returns `true` if an email address is a pseudonym already.
pub(super) fn is_masked_mail(mail: &str) -> bool {
    mail.strip_suffix(MAIL_DOMAIN).is_some_and(is_code)
}

/// Returns `true` if the whole value of a field is a pseudonym already.
pub(super) fn is_pseudonym(value: &str) -> bool {
    let length = pseudonym_length(value);
    (length > 0 && length == value.len())
        || is_masked_mail(value)
        || value.strip_prefix('#').is_some_and(is_code)
}

/// Makes pseudonyms with a key.
#[derive(Debug)]
pub(super) struct PseudonymMaker(hmac::Key);

impl PseudonymMaker {
    pub(super) fn new(key: &PrivacyKey) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key.bytes()))
    }

    /// The pseudonym of a value, whose case, accents and spaces make no difference.
    pub(super) fn make(&self, kind: Kind, value: &str) -> Pseudonym {
        let value = match kind {
            Kind::Phone | Kind::Number => last_digits(value),
            _ => fold_line(value),
        };
        let mut message = String::with_capacity(16 + value.len());
        message.push_str(kind.domain());
        message.push('\0');
        message.push_str(&value);
        let tag = hmac::sign(&self.0, message.as_bytes());
        let mut number = tag.as_ref().iter().take(8).fold(0_u64, |number, byte| {
            number.wrapping_shl(8) | u64::from(*byte)
        });
        let mut draw = |symbols: &[u8]| {
            let count = symbols.len() as u64;
            let index = usize::try_from(number % count).unwrap_or_default();
            number /= count;
            symbols.get(index).copied().unwrap_or(b'X')
        };
        let mut code = [0; CODE_LENGTH];
        for (place, symbol) in code.iter_mut().enumerate() {
            // With a letter at its beginning it is no long number itself.
            *symbol = draw(if place == 0 { LETTERS } else { SYMBOLS });
        }
        Pseudonym { kind, code }
    }
}

/// The digits of a number; the country code of a phone number is left out, as many write it without.
fn last_digits(text: &str) -> String {
    let digits: Vec<_> = text.chars().filter(|it| it.is_numeric()).collect();
    let skipped = digits.len().saturating_sub(8);
    digits.into_iter().skip(skipped).collect()
}
