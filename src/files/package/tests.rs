//! Packages as different programs write them, built here entry by entry.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::files::rules::{Unfit, media_type};

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const SLIDES: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";

fn packed(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in entries {
        let method = match *name {
            "mimetype" => CompressionMethod::Stored,
            _ => CompressionMethod::Deflated,
        };
        let options = SimpleFileOptions::default().compression_method(method);
        zip.start_file(*name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn types(main: &str, part: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="{part}" ContentType="{main}.main+xml"/></Types>"#
    )
}

fn told(bytes: &[u8], name: &str) -> Result<&'static str, Unfit> {
    let head = &bytes[..bytes.len().min(8192)];
    media_type(name, head, false, Cursor::new(bytes))
}

fn differs(ending: &str) -> Result<&'static str, Unfit> {
    Err(Unfit::Content(ending.to_owned()))
}

#[test]
fn a_document_is_known_wherever_its_types_stand() {
    for (main, part, name) in [
        (WORD, "/word/document.xml", "方案.docx"),
        (SHEET, "/xl/workbook.xml", "预算.xlsx"),
        (SLIDES, "/ppt/presentation.xml", "汇报.pptx"),
    ] {
        let types = types(main, part);
        let mut entries = vec![
            ("[Content_Types].xml", types.as_str()),
            ("_rels/.rels", "<r/>"),
            ("docProps/app.xml", "<a/>"),
            (&part[1..], "<d/>"),
            ("media/image1.png", "png"),
        ];
        // First as Word has it, last as openpyxl has it, and at every place between.
        for _ in 0..entries.len() {
            entries.rotate_left(1);
            assert_eq!(told(&packed(&entries), name), Ok(main), "{entries:?}");
        }
        for other in ["a.docx", "a.xlsx", "a.pptx", "a.odt"] {
            let ending = &other[2..];
            if !name.ends_with(ending) {
                assert_eq!(told(&packed(&entries), other), differs(ending));
            }
        }
    }
}

#[test]
fn a_package_that_says_nothing_is_no_document() {
    for entries in [
        vec![("word/a.exe", "MZ")],
        vec![("word/document.xml", "<d/>")],
        vec![
            ("[Content_Types].xml", "<Types/>"),
            ("word/document.xml", "<d/>"),
        ],
        // The part it names is not there.
        vec![("[Content_Types].xml", &*types(WORD, "/word/document.xml"))],
    ] {
        assert_eq!(
            told(&packed(&entries), "a.docx"),
            differs("docx"),
            "{entries:?}"
        );
    }
    assert_eq!(
        told(b"PK\x03\x04 and nothing more", "a.docx"),
        differs("docx")
    );
}

#[test]
fn macros_and_programs_are_refused() {
    let word = types(WORD, "/word/document.xml");
    for more in [
        ("word/vbaProject.bin", ""),
        ("word/a.exe", "MZ"),
        ("x/run.VBS", ""),
    ] {
        let entries = [
            ("[Content_Types].xml", word.as_str()),
            ("word/document.xml", "<d/>"),
            more,
        ];
        assert_eq!(
            told(&packed(&entries), "a.docx"),
            Err(Unfit::Program),
            "{more:?}"
        );
    }
    let with_macros = word.replace(
        "vnd.openxmlformats-officedocument.wordprocessingml.document",
        "vnd.ms-word.document.macroEnabled",
    );
    let entries = [
        ("[Content_Types].xml", with_macros.as_str()),
        ("word/document.xml", "<d/>"),
    ];
    assert_eq!(told(&packed(&entries), "a.docx"), Err(Unfit::Program));
    let basic = [
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("Basic/Standard/Module1.xml", ""),
    ];
    assert_eq!(told(&packed(&basic), "a.odt"), Err(Unfit::Program));
}

#[test]
fn open_documents_and_fixed_layouts_are_known() {
    for (kind, name) in [
        ("text", "a.odt"),
        ("spreadsheet", "a.ods"),
        ("presentation", "a.odp"),
    ] {
        let mimetype = format!("application/vnd.oasis.opendocument.{kind}");
        let mut entries = vec![("mimetype", mimetype.as_str()), ("content.xml", "<c/>")];
        for _ in 0..2 {
            assert_eq!(told(&packed(&entries), name), Ok(mimetype.as_str()));
            entries.reverse();
        }
        assert_eq!(told(&packed(&entries), "a.docx"), differs("docx"));
    }
    let ofd = r#"<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0"/>"#;
    let entries = [("Doc_0/Document.xml", "<d/>"), ("OFD.xml", ofd)];
    assert_eq!(told(&packed(&entries), "公文.ofd"), Ok("application/ofd"));
    assert_eq!(told(&packed(&entries[..1]), "公文.ofd"), differs("ofd"));
}

#[test]
fn no_more_is_read_than_a_document_needs() {
    // An entry that unpacks to far more than it takes.
    let bomb = " ".repeat(64 * 1024 * 1024);
    let entries = [
        ("word/document.xml", "<d/>"),
        ("[Content_Types].xml", bomb.as_str()),
    ];
    let bytes = packed(&entries);
    assert!(bytes.len() < 1024 * 1024);
    assert_eq!(told(&bytes, "a.docx"), differs("docx"));
    // A directory of nothing but entries.
    let word = types(WORD, "/word/document.xml");
    let names: Vec<String> = (0..40_000).map(|nth| format!("word/{nth:040}")).collect();
    let mut entries = vec![
        ("[Content_Types].xml", word.as_str()),
        ("word/document.xml", "<d/>"),
    ];
    entries.extend(names.iter().map(|name| (name.as_str(), "")));
    assert_eq!(told(&packed(&entries), "a.docx"), differs("docx"));
    assert_eq!(told(&packed(&entries[..1000]), "a.docx"), Ok(WORD));
}

fn compound(streams: &[&str], storages: &[&str]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for name in streams {
        // Larger than what is looked at first.
        let mut stream = file.create_stream(format!("/{name}")).unwrap();
        stream.write_all(&[7; 20_000]).unwrap();
    }
    for name in storages {
        file.create_storage(format!("/{name}")).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

#[test]
fn documents_of_an_old_office_are_known_by_their_streams() {
    for (stream, own) in [
        ("WordDocument", ["doc", "wps"]),
        ("Workbook", ["xls", "et"]),
        ("PowerPoint Document", ["ppt", "dps"]),
    ] {
        for ending in ["doc", "wps", "xls", "et", "ppt", "dps"] {
            let found = told(&compound(&[stream], &[]), &format!("a.{ending}"));
            assert_eq!(found.is_ok(), own.contains(&ending), "{stream} as {ending}");
        }
        let macros = compound(&[stream], &["_VBA_PROJECT_CUR"]);
        assert_eq!(told(&macros, &format!("a.{}", own[0])), Err(Unfit::Program));
        assert_eq!(told(&compound(&[stream], &[]), "a.docx"), differs("docx"));
    }
    let mut installer = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    installer
        .set_storage_clsid("/", MSI.parse().unwrap())
        .unwrap();
    installer.flush().unwrap();
    let bytes = installer.into_inner().into_inner();
    assert_eq!(told(&bytes, "a.doc"), Err(Unfit::Program));
}
