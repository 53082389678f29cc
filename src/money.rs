//! Money: integers in 分.

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
    fn money_reads_well() {
        assert_eq!(show_yuan(123_456_789), "1,234,567.89");
        assert_eq!(show_yuan(5), "0.05");
    }
}
