//! Marks: integers in hundredths, numbers with at most two decimals in JSON and forms.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A mark or score in hundredths of a mark: 36.5 is `Mark(3650)`.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    diesel::AsExpression,
    diesel::FromSqlRow,
    utoipa::ToSchema,
    Default,
)]
#[diesel(sql_type = diesel::sql_types::BigInt)]
#[schema(value_type = f64, example = 36.5)]
pub struct Mark(pub i64);

/// Above every mark and score the service knows.
const MOST: f64 = 1_000_000.0;

impl Serialize for Mark {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[expect(clippy::cast_precision_loss, reason = "marks are far below 2^53")]
        serializer.serialize_f64(self.0 as f64 / 100.0)
    }
}

impl<'de> Deserialize<'de> for Mark {
    /// More than two decimals are refused, not rounded.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = f64::deserialize(deserializer)?;
        from_number(value)
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

/// Hundredths of a mark as people read them: `90.90`.
pub fn show_hundredths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let value = value.unsigned_abs();
    format!("{sign}{}.{:02}", value / 100, value % 100)
}

fn from_number(value: f64) -> Result<i64, &'static str> {
    if !value.is_finite() || value.abs() > MOST {
        return Err("数值过大");
    }
    let hundredths = (value * 100.0).round();
    if (value * 100.0 - hundredths).abs() > 1e-6 {
        return Err("最多两位小数");
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
    Ok(hundredths as i64)
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&show_hundredths(self.0))
    }
}

impl<DB> diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB> for Mark
where
    DB: diesel::backend::Backend,
    i64: diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
        i64::from_sql(bytes).map(Self)
    }
}

impl<DB> diesel::serialize::ToSql<diesel::sql_types::BigInt, DB> for Mark
where
    DB: diesel::backend::Backend,
    i64: diesel::serialize::ToSql<diesel::sql_types::BigInt, DB>,
{
    fn to_sql<'b>(
        &'b self,
        out: &mut diesel::serialize::Output<'b, '_, DB>,
    ) -> diesel::serialize::Result {
        self.0.to_sql(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_decimals_and_no_more() {
        let read = |text: &str| serde_json::from_str::<Mark>(text).map(|mark| mark.0).ok();
        for (text, hundredths) in [
            ("36.5", Some(3650)),
            ("0.07", Some(7)),
            ("40", Some(4000)),
            ("-1", Some(-100)),
            ("36.505", None),
            ("0.001", None),
            ("1e300", None),
            ("\"36.5\"", None),
        ] {
            assert_eq!(read(text), hundredths, "{text}");
        }
        assert_eq!(serde_json::to_string(&Mark(3650)).unwrap(), "36.5");
    }

    #[test]
    fn marks_read_well() {
        assert_eq!(show_hundredths(9090), "90.90");
    }
}
