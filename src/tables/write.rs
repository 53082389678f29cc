//! A table as bytes.

use std::borrow::Cow;

use anyhow::Context;
use rust_xlsxwriter::{Format as Style, Workbook, Worksheet, XlsxError};

use super::{Cell, Format, Table};
use crate::clock;
use crate::error::Result;
use crate::{marks, money};

/// Letters a cell of a workbook holds.
const LETTERS: usize = 32_767;
/// Widest column, in pixels.
const WIDEST: u32 = 480;

impl Table {
    pub fn written(&self, format: Format) -> Result<Vec<u8>> {
        Ok(match format {
            Format::Xlsx => self.workbook().context("cannot write a workbook")?,
            Format::Csv => self.commas().context("cannot write a table")?,
        })
    }

    fn workbook(&self) -> std::result::Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let styles = Styles::new();
        let sheet = book.add_worksheet().set_name(self.name)?;
        for (column, head) in (0..).zip(&self.heads) {
            sheet.write_string_with_format(0, column, head, &styles.head)?;
        }
        for (row, cells) in (1..).zip(&self.rows) {
            for (column, cell) in (0..).zip(cells) {
                styles.put(sheet, (row, column), cell)?;
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        if let (Ok(last), Some(right)) = (
            u32::try_from(self.rows.len()),
            u16::try_from(self.heads.len())
                .ok()
                .and_then(|count| count.checked_sub(1)),
        ) {
            sheet.autofilter(0, 0, last, right)?;
        }
        sheet.set_autofit_max_width(WIDEST);
        sheet.autofit();
        book.save_to_buffer()
    }

    /// With a mark of its encoding at the beginning, without which Excel reads Chinese as something else.
    fn commas(&self) -> std::result::Result<Vec<u8>, anyhow::Error> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer("\u{feff}".as_bytes().to_vec());
        writer.write_record(&self.heads)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| plain(cell).into_owned()))?;
        }
        Ok(writer.into_inner()?)
    }
}

struct Styles {
    head: Style,
    money: Style,
    hundredths: Style,
    day: Style,
    at: Style,
}

impl Styles {
    fn new() -> Self {
        let shown = |format: &str| Style::new().set_num_format(format);
        Self {
            head: Style::new().set_bold(),
            money: shown("#,##0.00"),
            hundredths: shown("0.00"),
            day: shown("yyyy-mm-dd"),
            at: shown("yyyy-mm-dd hh:mm"),
        }
    }

    /// Text is written as text, whatever it begins with.
    fn put(
        &self,
        sheet: &mut Worksheet,
        (row, column): (u32, u16),
        cell: &Cell,
    ) -> std::result::Result<(), XlsxError> {
        match cell {
            Cell::Empty => return Ok(()),
            Cell::Text(text) => sheet.write_string(row, column, short(text))?,
            Cell::Count(count) => match number(*count) {
                Some(number) => sheet.write_number(row, column, number)?,
                None => sheet.write_string(row, column, count.to_string())?,
            },
            Cell::Money(cents) => {
                sheet.write_number_with_format(row, column, hundredths(*cents), &self.money)?
            }
            Cell::Hundredths(value) => {
                sheet.write_number_with_format(row, column, hundredths(*value), &self.hundredths)?
            }
            Cell::Day(day) => sheet.write_datetime_with_format(row, column, day, &self.day)?,
            Cell::At(at) => {
                sheet.write_datetime_with_format(row, column, clock::local(*at), &self.at)?
            }
        };
        Ok(())
    }
}

/// As a spreadsheet keeps it: fifteen digits, of which an id may have more.
#[expect(clippy::cast_precision_loss, reason = "fifteen digits are exact")]
fn number(count: i64) -> Option<f64> {
    (count.abs() < 1_000_000_000_000_000).then_some(count as f64)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "spreadsheets have no other numbers"
)]
fn hundredths(value: i64) -> f64 {
    value as f64 / 100.0
}

fn short(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LETTERS / 2) {
        None => text.into(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
    }
}

/// As a text file says it; what a spreadsheet would take for a formula has an apostrophe before it.
fn plain(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Empty => "".into(),
        Cell::Text(text) => match text
            .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
        {
            true => format!("'{text}").into(),
            false => text.into(),
        },
        Cell::Count(count) => count.to_string().into(),
        Cell::Money(cents) => money::to_yuan(*cents).into(),
        Cell::Hundredths(value) => marks::show_hundredths(*value).into(),
        Cell::Day(day) => day.format("%Y-%m-%d").to_string().into(),
        Cell::At(at) => clock::local(*at)
            .format("%Y-%m-%d %H:%M:%S")
            .to_string()
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(cells: Vec<Cell>) -> Table {
        Table {
            name: "表",
            heads: vec!["甲".to_owned(); cells.len()],
            rows: vec![cells],
        }
    }

    #[test]
    fn text_is_text_in_either_file() {
        let cells = vec![
            Cell::from("=1+1"),
            Cell::from("@SUM(A1)"),
            Cell::from("a,\"b\"\nc"),
            Cell::Count(-5),
            Cell::Money(-123_450),
            Cell::Empty,
        ];
        let bytes = table(cells).written(Format::Csv).unwrap();
        let said = String::from_utf8(bytes).unwrap();
        assert_eq!(
            said,
            "\u{feff}甲,甲,甲,甲,甲,甲\r\n'=1+1,'@SUM(A1),\"a,\"\"b\"\"\nc\",-5,-1234.50,\r\n"
        );
        let book = table(vec![Cell::from("=1+1")])
            .written(Format::Xlsx)
            .unwrap();
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(book)).unwrap();
        let sheet =
            std::io::read_to_string(zip.by_name("xl/worksheets/sheet1.xml").unwrap()).unwrap();
        assert!(
            !sheet.contains("<f>") && sheet.contains("t=\"s\""),
            "{sheet}"
        );
    }

    #[test]
    fn a_long_text_is_cut_and_a_long_number_keeps_its_digits() {
        let long = "长".repeat(40_000);
        let cells = vec![Cell::from(long), Cell::Count(796_631_040_000_698_123)];
        assert!(table(cells).written(Format::Xlsx).is_ok());
    }
}
