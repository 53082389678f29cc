//! Tables out: what a list shows, as a file that a spreadsheet opens. A cell keeps its type; nothing in one is a formula.

mod write;

use chrono::NaiveDate;

use crate::clock::Instant;
use crate::error::{Error, Refusal};

/// Rows a file has at most.
pub const MOST: usize = 50_000;

#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Count(i64),
    /// 分, shown as 元.
    Money(i64),
    /// Hundredths, such as marks.
    Hundredths(i64),
    Day(NaiveDate),
    At(Instant),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        match text.is_empty() {
            true => Self::Empty,
            false => Self::Text(text),
        }
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<i64> for Cell {
    fn from(count: i64) -> Self {
        Self::Count(count)
    }
}

impl From<bool> for Cell {
    fn from(holds: bool) -> Self {
        Self::from(if holds { "是" } else { "否" })
    }
}

impl From<NaiveDate> for Cell {
    fn from(day: NaiveDate) -> Self {
        Self::Day(day)
    }
}

impl From<Instant> for Cell {
    fn from(at: Instant) -> Self {
        Self::At(at)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// A head, and what stands below it.
pub type Column<T> = (&'static str, fn(&T) -> Cell);

/// How a list's rows become a table's.
#[derive(Debug)]
pub struct Sheet<T: 'static> {
    /// Of the sheet and the file.
    pub name: &'static str,
    pub columns: &'static [Column<T>],
}

impl<T> Sheet<T> {
    pub fn table(&self) -> Table {
        let heads = self.columns.iter().map(|(head, _)| (*head).to_owned());
        Table::new(self.name, heads.collect())
    }

    pub fn row(&self, row: &T) -> Vec<Cell> {
        self.columns.iter().map(|(_, cell)| cell(row)).collect()
    }
}

#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    heads: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

crate::text_enum! {
    /// What a list is written as.
    Format { Xlsx = "xlsx" "Excel", Csv = "csv" "CSV" }
}

impl Format {
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

impl Table {
    pub fn new(name: &'static str, heads: Vec<String>) -> Self {
        Self {
            name,
            heads,
            rows: Vec::new(),
        }
    }

    /// Some more rows.
    ///
    /// # Errors
    /// If it were more than a file has.
    pub fn extend(&mut self, rows: impl Iterator<Item = Vec<Cell>>) -> Result<(), Error> {
        self.rows.extend(rows);
        if self.rows.len() > MOST {
            return Err(
                Refusal::new("too_many_rows", format!("导出的行数超过 {MOST} 行。"))
                    .remedy("请先用筛选条件缩小范围，再分几次导出。")
                    .into(),
            );
        }
        Ok(())
    }
}
