//! Which files are taken. The end of the name says what a file is to be, its content whether it is.

use std::io::{Read, Seek};

use encoding_rs::{DecoderResult, Encoding, GBK, UTF_8};

use super::package::{self, Look};
use crate::text;

/// How a kind of file is known by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// By its first bytes.
    Magic,
    /// By being readable.
    Text,
    /// By the type that a package of Office Open XML names as its main part's.
    Ooxml(&'static str),
    /// By the entry `mimetype` of a package.
    Odf(&'static str),
    Ofd,
    /// By a stream that an Office of old times writes.
    Ole(&'static [&'static str]),
}

struct Kind {
    media: &'static str,
    endings: &'static [&'static str],
    known: Known,
}

macro_rules! ooxml {
    ($what:literal) => {
        concat!(
            "application/vnd.openxmlformats-officedocument.",
            $what,
            ".main+xml"
        )
    };
}

const fn kind(media: &'static str, endings: &'static [&'static str], known: Known) -> Kind {
    Kind {
        media,
        endings,
        known,
    }
}

const ODT: &str = "application/vnd.oasis.opendocument.text";
const ODS: &str = "application/vnd.oasis.opendocument.spreadsheet";
const ODP: &str = "application/vnd.oasis.opendocument.presentation";

const TAKEN: &[Kind] = &[
    kind("application/pdf", &["pdf"], Known::Magic),
    kind("image/png", &["png"], Known::Magic),
    kind("image/jpeg", &["jpg", "jpeg"], Known::Magic),
    kind("image/heif", &["heic", "heif"], Known::Magic),
    kind("video/mp4", &["mp4"], Known::Magic),
    kind("text/plain", &["txt"], Known::Text),
    kind(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &["docx"],
        Known::Ooxml(ooxml!("wordprocessingml.document")),
    ),
    kind(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &["xlsx"],
        Known::Ooxml(ooxml!("spreadsheetml.sheet")),
    ),
    kind(
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        &["pptx"],
        Known::Ooxml(ooxml!("presentationml.presentation")),
    ),
    kind(ODT, &["odt"], Known::Odf(ODT)),
    kind(ODS, &["ods"], Known::Odf(ODS)),
    kind(ODP, &["odp"], Known::Odf(ODP)),
    kind("application/ofd", &["ofd"], Known::Ofd),
    kind(
        "application/msword",
        &["doc", "wps"],
        Known::Ole(&["WordDocument"]),
    ),
    kind(
        "application/vnd.ms-excel",
        &["xls", "et"],
        Known::Ole(&["Workbook", "Book"]),
    ),
    kind(
        "application/vnd.ms-powerpoint",
        &["ppt", "dps"],
        Known::Ole(&["PowerPoint Document"]),
    ),
];

pub const TAKEN_SHOWN: &str =
    "PDF、OFD、Word、Excel、PowerPoint、WPS、OpenDocument、PNG、JPEG、HEIC、MP4 和纯文本";

/// What a scanner makes.
pub const SCANS: &[&str] = &["application/pdf", "image/png", "image/jpeg"];
pub const SCANS_SHOWN: &str = "PDF、JPEG 和 PNG";

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// Its name has no ending.
    Name,
    /// This ending is not on the list.
    Type(String),
    /// The content is another than this ending says.
    Content(String),
    /// It holds macros or programs.
    Program,
}

impl Unfit {
    pub fn reason(&self) -> String {
        match self {
            Self::Name => "文件名没有扩展名，看不出是哪一种文件。".to_owned(),
            Self::Type(ending) => format!("不接受扩展名是“.{ending}”的文件。"),
            Self::Content(ending) => format!("文件内容与扩展名“.{ending}”不符。"),
            Self::Program => "文件里有宏或程序，不能上传。".to_owned(),
        }
    }

    /// What to do, where these can be uploaded.
    pub fn remedy(&self, taken: &str) -> String {
        match self {
            Self::Name => format!("请给文件名加上扩展名（例如 .pdf）。可以上传{taken}。"),
            Self::Type(_) => format!("可以上传{taken}。"),
            Self::Content(_) => "请用生成它的软件打开，另存为所要的格式后再上传；不要只改扩展名，有打开口令的先去掉口令。".to_owned(),
            Self::Program => "请另存为不带宏的文件，或导出为 PDF 后再上传。".to_owned(),
        }
    }
}

/// The media type of a file by its name and content: `head` are its first bytes, of all if `whole`.
pub fn media_type(
    name: &str,
    head: &[u8],
    whole: bool,
    content: impl Read + Seek,
) -> Result<&'static str, Unfit> {
    let ending = ending_of(name).ok_or(Unfit::Name)?.to_ascii_lowercase();
    let kind = TAKEN
        .iter()
        .find(|kind| kind.endings.contains(&ending.as_str()))
        .ok_or_else(|| Unfit::Type(ending.clone()))?;
    let look = match kind.known {
        Known::Magic => fits(infer::get(head).is_some_and(|found| found.mime_type() == kind.media)),
        Known::Text => fits(is_text(head, whole)),
        Known::Ooxml(main) => package::ooxml(head, content, main),
        Known::Odf(mimetype) => package::odf(head, content, mimetype),
        Known::Ofd => package::ofd(head, content),
        Known::Ole(streams) => package::ole(head, content, streams),
    };
    match look {
        Look::Fits => Ok(kind.media),
        Look::Differs => Err(Unfit::Content(ending)),
        Look::Program => Err(Unfit::Program),
    }
}

fn fits(it: bool) -> Look {
    if it { Look::Fits } else { Look::Differs }
}

/// A stored media type if it is on the list; whatever else is only bytes.
pub fn known(media_type: &str) -> &'static str {
    TAKEN
        .iter()
        .find(|kind| kind.media == media_type)
        .map_or("application/octet-stream", |kind| kind.media)
}

/// UTF-8, UTF-16 with its mark, or GBK, and nothing that no text has.
fn is_text(head: &[u8], whole: bool) -> bool {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return reads_as(encoding, head, whole);
    }
    infer::get(head).is_none() && (reads_as(UTF_8, head, whole) || reads_as(GBK, head, whole))
}

fn reads_as(encoding: &'static Encoding, head: &[u8], whole: bool) -> bool {
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let most = decoder.max_utf8_buffer_length_without_replacement(head.len());
    let mut text = String::with_capacity(most.unwrap_or(4 * head.len() + 4));
    // What is cut off within a letter goes on after it.
    let (outcome, _) = decoder.decode_to_string_without_replacement(head, &mut text, whole);
    let strange = |letter: char| {
        letter.is_control() && !matches!(letter, '\t' | '\n' | '\r' | '\u{c}' | '\u{1a}')
    };
    outcome == DecoderResult::InputEmpty && !text.contains(strange)
}

/// The longest ending that is taken for one.
const ENDING: usize = 10;

/// What stands after the last dot, if it looks like an ending.
fn ending_of(name: &str) -> Option<&str> {
    let (_, ending) = name.rsplit_once('.')?;
    let short = (1..=ENDING).contains(&ending.len());
    (short && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(ending)
}

/// Letters a name may have.
const NAME: usize = 120;

/// A name for people: no folders, no control characters, nothing unseen, not too long; its ending is kept. Never used as
/// a path.
pub fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|letter| !letter.is_control() && (*letter == ' ' || !text::unseen(*letter)))
        .collect();
    let clean = clean.trim();
    if clean.is_empty() {
        return "附件".to_owned();
    }
    let cut = |text: &str, most: usize| -> String { text.chars().take(most).collect() };
    match ending_of(clean) {
        Some(ending) => {
            let stem = clean
                .get(..clean.len() - ending.len() - 1)
                .unwrap_or_default();
            let stem = cut(stem, NAME - ending.len() - 1);
            format!("{}.{ending}", stem.trim_end())
        }
        None => cut(clean, NAME),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn told(head: &[u8], name: &str) -> Result<&'static str, Unfit> {
        media_type(name, head, true, Cursor::new(head))
    }

    #[test]
    fn bytes_decide_not_names() {
        let png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
        let content = |ending: &str| Err(Unfit::Content(ending.to_owned()));
        let kind = |ending: &str| Err(Unfit::Type(ending.to_owned()));
        for (head, name, taken) in [
            (png.as_slice(), "照片.png", Ok("image/png")),
            (png.as_slice(), "照片.pdf", content("pdf")),
            (b"%PDF-1.7", "方案.PDF", Ok("application/pdf")),
            (b"%PDF-1.7", "方案", Err(Unfit::Name)),
            (b"%PDF-1.7", "第1.方案说明", Err(Unfit::Name)),
            (b"<html><script>", "page.pdf", content("pdf")),
            (b"<html><script>", "page.txt", content("txt")),
            (b"<html><script>", "page.html", kind("html")),
            (b"MZ\x90\x00", "tool.txt", content("txt")),
            (b"MZ\x90\x00", "tool.exe", kind("exe")),
            (b"MZ\x90\x00", "tool.doc", content("doc")),
            ("说明".as_bytes(), "说明.txt", Ok("text/plain")),
            (b"a\0b", "说明.txt", content("txt")),
            (
                b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
                "照片.HEIC",
                Ok("image/heif"),
            ),
        ] {
            assert_eq!(told(head, name), taken, "{name}");
        }
    }

    #[test]
    fn texts_are_read_as_people_write_them() {
        let text = "度夏保电，人人有责。\r\n\t第一条 €10".repeat(20);
        let gbk = GBK.encode(&text).0.into_owned();
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = [0xfeff]
            .iter()
            .chain(&units)
            .flat_map(|unit| unit.to_le_bytes())
            .collect();
        let big: Vec<u8> = [0xfeff]
            .iter()
            .chain(&units)
            .flat_map(|unit| unit.to_be_bytes())
            .collect();
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for (name, bytes) in [
            ("utf-8", text.as_bytes()),
            ("mark", &marked),
            ("gbk", &gbk),
            ("le", &little),
            ("be", &big),
        ] {
            assert!(is_text(bytes, true), "{name}");
            // Cut anywhere, the head of a longer text is one; whole it must end with a letter.
            for cut in 200..206 {
                assert!(is_text(&bytes[..cut], false), "{name} cut at {cut}");
            }
        }
        assert!(!is_text(&gbk[..1], true));
        for bytes in [
            b"\xff\xfe\x00\x00".as_slice(),
            b"\xff\x00\x01",
            b"abc\x01",
            &[0xd8; 3],
        ] {
            assert!(!is_text(bytes, true), "{bytes:?}");
        }
    }

    #[test]
    fn only_types_on_the_list_are_served() {
        assert_eq!(known("application/pdf"), "application/pdf");
        assert_eq!(known("text/html"), "application/octet-stream");
    }

    #[test]
    fn names_are_for_people_and_keep_their_ending() {
        let long = "长".repeat(300);
        for (name, shown) in [
            ("../../etc/方案.pdf", "方案.pdf".to_owned()),
            ("C:\\桌面\\方案\u{0}.pdf", "方案.pdf".to_owned()),
            // A mark of direction would show another ending.
            ("方案\u{202e}fdp.exe", "方案fdp.exe".to_owned()),
            (" ", "附件".to_owned()),
            ("\u{200b}", "附件".to_owned()),
            (&format!("{long}.pdf"), format!("{}.pdf", "长".repeat(116))),
            (
                &format!("{}.jpeg", "长".repeat(115)),
                format!("{}.jpeg", "长".repeat(115)),
            ),
            (&long, "长".repeat(120)),
            (&format!("a.{long}"), format!("a.{}", "长".repeat(118))),
        ] {
            assert_eq!(shown_name(name), shown, "{name}");
        }
    }
}
