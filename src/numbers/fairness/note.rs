//! What a panel and a round of this size can show.

use std::collections::BTreeSet;

use crate::numbers::fairness::fit::Fit;
use crate::numbers::result_file::ResultFile;

/// Below these, much stays hidden.
const REVIEWERS: usize = 7;

/// Below so many scored bids nobody is named: chance alone names somebody too often. Measured on simulated panels
/// without fault, by how far their reviewers' leniencies lie apart: 15 to 44 of a hundred rounds of 3 bids, 3 to 12 of
/// 10 bids.
pub const NAMING: usize = 8;

/// How many bids have a sheet that counts.
pub fn scored(file: &ResultFile) -> usize {
    let bids: BTreeSet<i64> = file.sheets.iter().map(|sheet| sheet.bid_id).collect();
    bids.len()
}

pub fn notes(file: &ResultFile, fit: &Fit, agreement: Option<f64>) -> Vec<String> {
    let mut notes = vec![
        "本页只指出值得翻看的评分，不是结论：偏离可能是看法不同，也可能是看得更细。请打开评分表和评语再判断。"
            .to_owned(),
        "全凭运气也会有人显得特别：按模拟，评分都正常、有 10 份申报书的批次，每一百批仍有 3 至 12 批会误指一位评委。".to_owned(),
    ];
    let reviewers = fit.aliases().count();
    let bids = scored(file);
    if reviewers < REVIEWERS {
        notes.push(format!(
            "交了评分表的评委只有 {reviewers} 位，少一两位的看法就会改变“其他评委”的样子，偏宽偏严要相差很大才看得出。"
        ));
    }
    if bids < NAMING {
        notes.push(format!(
            "参与评分的申报书只有 {bids} 份，不足 {NAMING} 份的不点名，只列离其他评委最远的评分：3 份申报书时，评分都正常的批次每一百批就有 15 至 44 批会误指一位评委。"
        ));
    }
    if agreement.is_some_and(|w| w < 0.5) {
        notes.push("评委意见总体上不太一致，名次相近的申报书先后带有偶然性。".to_owned());
    }
    notes
}
