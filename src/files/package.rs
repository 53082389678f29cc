//! Files that are packages of others: told by what they say they hold, wherever among the entries that stands. Only the
//! directory and the entry that tells are read, and no more of them than a sound document needs.

use std::io::{self, Read, Seek, SeekFrom};

use cfb::CompoundFile as Compound;
use encoding_rs::UTF_8;
use zip::ZipArchive;

/// What a look at the content shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Fits,
    Differs,
    /// It holds macros or programs.
    Program,
}

/// Bytes of a package that are read at the most: a directory of thousands of entries has room.
const BUDGET: u64 = 2 * 1024 * 1024;

/// Bytes of an entry that are unpacked at the most.
const ENTRY: u64 = 512 * 1024;

/// Reads so much and no more.
struct Budget<R> {
    inner: R,
    left: u64,
}

impl<R> Budget<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            left: BUDGET,
        }
    }
}

impl<R: Read> Read for Budget<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::other("a directory too large for a document"))?;
        Ok(read)
    }
}

impl<R: Seek> Seek for Budget<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

type Zip<R> = ZipArchive<Budget<R>>;

fn unzip<R: Read + Seek>(head: &[u8], content: R) -> Option<Zip<R>> {
    head.starts_with(b"PK\x03\x04")
        .then(|| ZipArchive::new(Budget::new(content)).ok())?
}

/// An entry's text; None if there is none of this name, or it is too long.
fn entry<R: Read + Seek>(zip: &mut Zip<R>, name: &str) -> Option<String> {
    let found = zip.by_name(name).ok()?;
    let mut bytes = Vec::new();
    found.take(ENTRY + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= ENTRY).then(|| UTF_8.decode(&bytes).0.into_owned())
}

/// Endings of what Windows runs.
const PROGRAMS: &[&str] = &[
    "exe", "dll", "com", "scr", "pif", "cpl", "msi", "bat", "cmd", "ps1", "vbs", "vbe", "js",
    "jse", "wsf", "wsh", "hta", "jar", "lnk", "reg",
];

fn has_programs<R: Read + Seek>(zip: &Zip<R>) -> bool {
    zip.file_names().any(|name| {
        let name = name.to_ascii_lowercase();
        name.ends_with("vbaproject.bin")
            || name
                .rsplit_once('.')
                .is_some_and(|(_, ending)| PROGRAMS.contains(&ending))
    })
}

/// A document of Office Open XML whose main part is of this type.
pub fn ooxml(head: &[u8], content: impl Read + Seek, main: &str) -> Look {
    let Some(mut zip) = unzip(head, content) else {
        return Look::Differs;
    };
    let Some(types) = entry(&mut zip, "[Content_Types].xml") else {
        return Look::Differs;
    };
    if has_programs(&zip) || types.contains("macroEnabled") || types.contains("vbaProject") {
        return Look::Program;
    }
    let here = types.split('<').any(|tag| is_main(tag, main, &zip));
    if here { Look::Fits } else { Look::Differs }
}

/// Whether this tag gives the type to a part that is there.
fn is_main<R: Read + Seek>(tag: &str, main: &str, zip: &Zip<R>) -> bool {
    if attribute(tag, "ContentType") != Some(main) {
        return false;
    }
    let named = |wanted: &dyn Fn(&str) -> bool| zip.file_names().any(wanted);
    match (attribute(tag, "PartName"), attribute(tag, "Extension")) {
        (Some(part), _) => {
            let part = part.trim_start_matches('/');
            named(&|name| name.eq_ignore_ascii_case(part))
        }
        (None, Some(ending)) => named(&|name| {
            name.rsplit_once('.')
                .is_some_and(|(_, it)| it.eq_ignore_ascii_case(ending))
        }),
        (None, None) => false,
    }
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}="))?;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest.get(1..)?.split(quote).next()
}

/// An OpenDocument of this type.
pub fn odf(head: &[u8], content: impl Read + Seek, mimetype: &str) -> Look {
    let Some(mut zip) = unzip(head, content) else {
        return Look::Differs;
    };
    if entry(&mut zip, "mimetype").is_none_or(|found| found.trim() != mimetype) {
        return Look::Differs;
    }
    let macros = |name: &str| name.starts_with("Basic/") || name.starts_with("Scripts/");
    if has_programs(&zip) || zip.file_names().any(macros) {
        return Look::Program;
    }
    Look::Fits
}

/// An Open Fixed-layout Document (GB/T 33190).
pub fn ofd(head: &[u8], content: impl Read + Seek) -> Look {
    let Some(mut zip) = unzip(head, content) else {
        return Look::Differs;
    };
    if entry(&mut zip, "OFD.xml").is_none_or(|found| !found.contains("ofdspec.org")) {
        return Look::Differs;
    }
    if has_programs(&zip) {
        return Look::Program;
    }
    Look::Fits
}

const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// What an installer is known by.
const MSI: &str = "000c1084-0000-0000-c000-000000000046";

/// Streams that tell whose document a compound file is.
const DOCUMENTS: &[&str] = &["WordDocument", "Workbook", "Book", "PowerPoint Document"];

/// Storages that hold macros.
const MACROS: &[&str] = &["Macros", "_VBA_PROJECT_CUR", "VBA"];

/// A document of an old Office or of WPS, with one of these streams. What no reader of ours understands but that begins
/// as a compound file is taken as one: these formats are told by nothing better.
pub fn ole(head: &[u8], content: impl Read + Seek, streams: &[&str]) -> Look {
    if !head.starts_with(OLE) {
        return Look::Differs;
    }
    let Ok(file) = Compound::open(Budget::new(content)) else {
        return Look::Fits;
    };
    if file.root_entry().clsid().to_string() == MSI {
        return Look::Program;
    }
    let names: Vec<String> = file
        .read_root_storage()
        .map(|entry| entry.name().to_owned())
        .collect();
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
    if has(MACROS) {
        return Look::Program;
    }
    if has(DOCUMENTS) && !has(streams) {
        return Look::Differs;
    }
    Look::Fits
}

#[cfg(test)]
#[path = "package/tests.rs"]
mod tests;
