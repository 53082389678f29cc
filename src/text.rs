//! What counts as text, at whichever door it comes in: the ends are trimmed of white space and of characters nobody
//! sees, a text of nothing else is empty, and control characters other than line breaks and tabs are refused.

use std::borrow::Cow;

use pinyin::ToPinyin;
use unicode_normalization::UnicodeNormalization;

/// A control character in a text: nobody typed it, and no paper or table can show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ControlCharacter;

/// Fields whose every character counts.
const SECRETS: &[&str] = &["password", "word", "nonce"];

/// Whether a field of this name (`openers[0][password]`) is kept to the letter.
pub fn is_secret(field: &str) -> bool {
    let last = field
        .trim_end_matches(']')
        .rsplit('[')
        .next()
        .unwrap_or(field);
    SECRETS
        .iter()
        .any(|secret| last == *secret || last.ends_with(&format!("_{secret}")))
}

/// Takes up no room on the page: white space, zero-width characters, marks of direction.
pub fn unseen(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(letter,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}')
}

/// The text as it is kept: trimmed, line breaks as `\n`.
pub fn clean(typed: &str) -> Result<Cow<'_, str>, ControlCharacter> {
    let text = typed.trim_matches(|letter| unseen(letter) && letter != '\0');
    if text.contains('\r') {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        return sound(&text).map(|()| Cow::Owned(text));
    }
    sound(text).map(|()| Cow::Borrowed(text))
}

fn sound(text: &str) -> Result<(), ControlCharacter> {
    let broken = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t');
    if text.contains(broken) {
        return Err(ControlCharacter);
    }
    Ok(())
}

/// What somebody named or wrote, in quotation marks; marks that it brings along become the inner ones.
pub fn quoted(text: &str) -> String {
    format!("“{}”", text.replace('“', "‘").replace('”', "’"))
}

/// As texts are searched: Unicode's compatibility form in lower case, so that Ⅲ is III and full width is half width. It
/// is the decomposed form, in which each letter stands for itself: what contains a word contains it folded.
pub fn folded(text: &str) -> String {
    text.nfkd().flat_map(char::to_lowercase).collect()
}

/// A number or code as it is kept: in half width, with nothing between its letters.
pub fn narrow(typed: &str) -> String {
    typed.nfkc().filter(|letter| !unseen(*letter)).collect()
}

/// What numbers, codes and usernames are known by: whatever their case or width, they are one.
pub fn key(typed: &str) -> String {
    folded(&narrow(typed))
}

/// Surnames that are read otherwise than their letter mostly is.
const SURNAMES: &[(char, &str)] = &[
    ('单', "shan4"),
    ('仇', "qiu2"),
    ('曾', "zeng1"),
    ('区', "ou1"),
    ('解', "xie4"),
    ('查', "zha1"),
    ('盖', "ge3"),
    ('朴', "piao2"),
    ('任', "ren2"),
    ('华', "hua4"),
    ('冼', "xian3"),
    ('翟', "zhai2"),
    ('乐', "yue4"),
    ('员', "yun4"),
    ('繁', "po2"),
    ('缪', "miao4"),
    ('尉', "wei4"),
    ('召', "shao4"),
    ('燕', "yan1"),
    ('瞿', "qu2"),
    ('逄', "pang2"),
];

/// What a list of people is ordered by: each letter of the name after its syllable, so that those of one surname stand
/// together. A reading that somebody gave, a syllable a letter, goes before what the letters say.
pub fn spelled(name: &str, reading: Option<&str>) -> String {
    let letters: Vec<char> = name.chars().filter(|letter| !unseen(*letter)).collect();
    let given: Vec<String> = reading
        .map(|reading| {
            folded(reading)
                .split_whitespace()
                .map(str::to_owned)
                .collect()
        })
        .unwrap_or_default();
    let syllable = |nth: usize, letter: char| -> String {
        if given.len() == letters.len()
            && let Some(given) = given.get(nth)
        {
            return given.clone();
        }
        let surname = SURNAMES.iter().find(|(one, _)| nth == 0 && *one == letter);
        match (surname, letter.to_pinyin()) {
            (Some((_, syllable)), _) => (*syllable).to_owned(),
            (None, Some(pinyin)) => pinyin.with_tone_num_end().to_owned(),
            (None, None) => folded(letter.encode_utf8(&mut [0; 4])),
        }
    };
    let words: Vec<String> = letters
        .iter()
        .enumerate()
        .map(|(nth, letter)| format!("{} {letter}", syllable(nth, *letter)))
        .collect();
    words.join(" ")
}

/// What a question asks for: each of its words, folded. All of them are meant.
pub fn words(question: &str) -> Vec<String> {
    folded(question)
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

/// `%word%` with LIKE's own characters taken literally, by `\\`.
pub fn containing(word: &str) -> String {
    let mut pattern = String::from("%");
    for letter in word.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_no_text() {
        for blank in [
            "",
            " ",
            "\u{3000}",
            "\n\t ",
            "\u{200b}",
            "\u{feff}\u{2060}",
            "\u{00a0}",
            "\u{3164}",
        ] {
            assert_eq!(clean(blank).as_deref(), Ok(""), "{blank:?}");
        }
    }

    #[test]
    fn what_stands_inside_is_kept() {
        for (typed, kept) in [
            (" 安全 管控\u{3000}", "安全 管控"),
            ("一\r\n二\r三", "一\n二\n三"),
            ("\u{200b}x\u{200b}y", "x\u{200b}y"),
        ] {
            assert_eq!(clean(typed).as_deref(), Ok(kept));
        }
    }

    #[test]
    fn control_characters_are_refused() {
        for broken in ["\0", "a\0", "a\u{7}b", "\u{1b}[0m", "\u{85}x\u{9d}"] {
            assert_eq!(clean(broken), Err(ControlCharacter), "{broken:?}");
        }
    }

    #[test]
    fn passwords_are_kept_to_the_letter() {
        assert!(
            is_secret("password")
                && is_secret("openers[0][password]")
                && is_secret("witness_password")
        );
        assert!(!is_secret("title") && !is_secret("keyword"));
    }

    #[test]
    fn marks_within_a_quotation_are_the_inner_ones() {
        assert_eq!(quoted("“1+3”创建"), "“‘1+3’创建”");
        assert_eq!(quoted("平安线路"), "“平安线路”");
    }

    #[test]
    fn people_are_ordered_as_they_are_spoken() {
        let mut names = [
            "张三",
            "单雄信",
            "李四",
            "曾国强",
            "林一",
            "黎明",
            "李安",
            "Adam",
            "王五",
            "仇和",
        ];
        names.sort_by_key(|name| spelled(name, None));
        assert_eq!(
            names,
            [
                "Adam",
                "黎明",
                "李安",
                "李四",
                "林一",
                "仇和",
                "单雄信",
                "王五",
                "曾国强",
                "张三"
            ]
        );
        // 乐 is Yuè or Lè: whoever knows says so.
        assert!(spelled("乐天", None) > spelled("王五", None));
        assert!(spelled("乐天", Some("le4 tian1")) < spelled("李四", None));
        assert_eq!(spelled("李四", Some("li")), spelled("李四", None));
    }

    #[test]
    fn what_reads_alike_is_searched_alike() {
        for (text, same) in [
            ("Ⅲ类缺陷", "iii类缺陷"),
            ("５Ｇ巡检", "5G巡检"),
            ("Ａ级班组", "a级班组"),
            ("100％", "100%"),
            ("㎡", "m2"),
            ("ＡＢＣ\u{3000}岗", "abc 岗"),
            ("e\u{301}cole", "École"),
        ] {
            assert_eq!(folded(text), folded(same), "{text}");
        }
        assert_eq!(key(" ＴＸ－０１ ｙw\u{200b}\u{3000}"), "tx-01yw");
        assert_eq!(narrow(" ＴＸ－０１ ｙw "), "TX-01yw");
        assert_eq!(words(" 缺陷\u{3000}巡检 ５Ｇ "), ["缺陷", "巡检", "5g"]);
        assert_eq!(containing("5%_\\"), "%5\\%\\_\\\\%");
    }
}
