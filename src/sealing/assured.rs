//! Before anything is sealed to a key, or opened with a share, its row is held against the trail: whoever exchanged it in
//! the database is told of before they can read a word.

use crate::audit;
use crate::db::Tx;
use crate::error::{Refusal, Result};

/// Refuses if one of these rows is not what the trail says of it.
pub(super) fn assure<I: ToString>(tx: &mut Tx, table: &str, ids: &[I]) -> Result<()> {
    let keys: Vec<String> = ids.iter().map(ToString::to_string).collect();
    match audit::changed(tx, table, &keys)?.is_empty() {
        true => Ok(()),
        false => Err(Refusal::new(
            "key_exchanged",
            "数据库里的密钥与审计记录里登记的不一致，没有封装，也没有启封任何内容。",
        )
        .remedy("请立即报告纪委督导员，由系统管理员运行 biaogan audit verify 查明是哪一个。")
        .into()),
    }
}
