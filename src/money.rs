//! Money: 分 in the program and in JSON, 元 with at most two decimals as people type and read it.

/// 元 as typed, in 分: `12,000.5`, `１２０００．５０元`. None if it is no amount.
pub fn from_yuan(typed: &str) -> Option<i64> {
    let text: String = typed
        .chars()
        .filter_map(|letter| match letter {
            '０'..='９' => char::from_digit(u32::from(letter) - u32::from('０'), 10),
            '．' | '。' => Some('.'),
            '－' => Some('-'),
            ',' | '，' | '￥' | '¥' | '元' => None,
            _ if letter.is_whitespace() => None,
            _ => Some(letter),
        })
        .collect();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.as_str()),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() || part.len() > 2 || !plain(whole) || !plain(part) {
        return None;
    }
    let cents: i64 = format!("{part:0<2}").parse().ok()?;
    let yuan: i64 = whole.parse().ok()?;
    Some(sign * yuan.checked_mul(100)?.checked_add(cents)?)
}

/// 分 as a form shows it to be changed: `12000.50`.
pub fn to_yuan(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    format!("{sign}{}.{:02}", cents / 100, cents % 100)
}

/// 分 as 元: `12,000.00`.
pub fn show_yuan(value: i64) -> String {
    let whole = (value / 100).unsigned_abs().to_string();
    let mut grouped = String::new();
    for (nth, digit) in whole.chars().enumerate() {
        if nth > 0 && (whole.len() - nth).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{grouped}.{:02}", (value % 100).abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_are_read_exactly() {
        for (typed, cents) in [
            ("12000", Some(1_200_000)),
            ("12,000.5", Some(1_200_050)),
            ("１２０００．０５元", Some(1_200_005)),
            ("1000000.01", Some(100_000_001)),
            ("-5", Some(-500)),
            ("0", Some(0)),
            ("0.005", None),
            ("1e5", None),
            (".5", None),
            ("五万", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(from_yuan(typed), cents, "{typed}");
        }
        assert_eq!(to_yuan(1_200_005), "12000.05");
        assert_eq!(to_yuan(-5), "-0.05");
    }

    #[test]
    fn money_reads_well() {
        assert_eq!(show_yuan(123_456_789), "1,234,567.89");
        assert_eq!(show_yuan(5), "0.05");
    }
}
