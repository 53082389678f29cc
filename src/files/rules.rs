//! Which files are taken. The type is read from the bytes, never believed from the name.

/// Media type and the names it may carry.
const TAKEN: &[(&str, &[&str])] = &[
    ("application/pdf", &["pdf"]),
    ("image/png", &["png"]),
    ("image/jpeg", &["jpg", "jpeg"]),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &["docx"],
    ),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &["xlsx"],
    ),
    (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        &["pptx"],
    ),
    ("application/msword", &["doc", "wps"]),
    ("application/vnd.ms-excel", &["xls", "et"]),
    ("application/vnd.ms-powerpoint", &["ppt", "dps"]),
    ("video/mp4", &["mp4"]),
    ("text/plain", &["txt"]),
];

pub const TAKEN_SHOWN: &str = "PDF、Word、Excel、PowerPoint、PNG、JPEG、MP4 和纯文本";

/// What a scanner makes.
pub const SCANS: &[&str] = &["application/pdf", "image/png", "image/jpeg"];
pub const SCANS_SHOWN: &str = "PDF、JPEG 和 PNG";

/// The media type of a file by its first bytes and the end of its name; None if it is not taken.
pub fn media_type(head: &[u8], name: &str) -> Option<&'static str> {
    let ending = name
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let sniffed = match infer::get(head) {
        Some(kind) => kind.mime_type(),
        None if is_text(head) => "text/plain",
        None => return None,
    };
    // An old Office container may hold any of the three.
    let office = [
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/x-ole-storage",
    ];
    TAKEN
        .iter()
        .find(|(media, endings)| {
            endings.contains(&ending.as_str())
                && (*media == sniffed || (office.contains(&sniffed) && office.contains(media)))
        })
        .map(|(media, _)| *media)
}

/// A stored media type if it is on the list; whatever else is only bytes.
pub fn known(media_type: &str) -> &'static str {
    TAKEN
        .iter()
        .find(|(media, _)| *media == media_type)
        .map_or("application/octet-stream", |(media, _)| *media)
}

fn is_text(head: &[u8]) -> bool {
    let valid = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    valid && !head.contains(&0)
}

/// A name for people: no folders, no control characters, not too long. Never used as a path.
pub fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(120).collect();
    if clean.trim().is_empty() {
        "附件".to_owned()
    } else {
        clean.trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_decide_not_names() {
        let png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
        for (head, name, taken) in [
            (png.as_slice(), "照片.png", Some("image/png")),
            (png.as_slice(), "照片.pdf", None),
            (b"%PDF-1.7", "方案.PDF", Some("application/pdf")),
            (b"<html><script>", "page.pdf", None),
            (b"<html><script>", "page.html", None),
            (b"MZ\x90\x00", "tool.txt", None),
            ("说明".as_bytes(), "说明.txt", Some("text/plain")),
            (b"a\0b", "说明.txt", None),
        ] {
            assert_eq!(media_type(head, name), taken, "{name}");
        }
    }

    #[test]
    fn only_types_on_the_list_are_served() {
        assert_eq!(known("application/pdf"), "application/pdf");
        assert_eq!(known("text/html"), "application/octet-stream");
    }

    #[test]
    fn names_are_for_people() {
        assert_eq!(shown_name("../../etc/方案.pdf"), "方案.pdf");
        assert_eq!(shown_name("C:\\桌面\\方案\u{0}.pdf"), "方案.pdf");
        assert_eq!(shown_name(" "), "附件");
    }
}
