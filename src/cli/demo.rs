//! `demo` and `seed`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{anyhow, bail};

use crate::clock::{self, Clock};
use crate::config::Config;
use crate::demo;
use crate::ids;
use crate::rooms;
use crate::seed;
use crate::seed::Source;
use crate::web::App;
use crate::who::password::DEMO_PASSWORD;

/// The sample company, made once and then served. Its clock resumes where it stopped.
pub fn demo(listen: &str, data: &Path) -> anyhow::Result<ExitCode> {
    let config = Config::in_folder(data, listen, true)?;
    if !data.join("biaogan.db").exists() {
        super::say("正在建立演示数据……")?;
    }
    demo::prepare(&config, data)?;
    let app = App::new(
        &config,
        Clock::shifted(demo::clock_at_start(&config)?),
        rooms::asked(),
    )?;
    super::say(&format!("标杆演示：http://{listen}"))?;
    super::say(&format!("所有账号的口令都是 {DEMO_PASSWORD}"))?;
    super::say(
        "  office 党建部 · secretary 党委书记 · supervisor 纪委 · reviewer1…reviewer7 评委（reviewer1 为主任）",
    )?;
    super::say(
        "  yunwei、yunwei.sj 运维党支部的申报人、书记 · yingxiao、yingxiao.sj 营销 · renhou、renhou.sj 仁厚",
    )?;
    super::say("  sysadmin 系统管理员 · secadmin 安全管理员 · auditadmin 审计管理员")?;
    super::say(&format!("数据在 {}。按 Ctrl-C 结束。", data.display()))?;
    let code = super::serve::run(&app, listen)?;
    demo::save_clock(&app).map_err(|error| anyhow!("{error}"))?;
    Ok(code)
}

/// A folder of files into the configured, empty database. All accounts begin with the password in BIAOGAN_PASSWORD, or
/// with a random one that is printed; everybody changes theirs.
pub fn seed(folder: PathBuf) -> anyhow::Result<ExitCode> {
    let config = super::whole_config()?;
    if let Some(fault) = super::unmigrated(&config.database_url)? {
        bail!("{fault}");
    }
    let now = clock::real_now();
    let app = App::new(&config, Clock::fixed(now), rooms::asked())?;
    let given = std::env::var("BIAOGAN_PASSWORD").ok();
    let password = given
        .clone()
        .unwrap_or_else(|| format!("{}-a1", ids::random_code(16)));
    seed::load(&app, &Source::Folder(folder), now, &password, false)
        .and_then(|()| app.db.analyze_now())
        .map_err(|error| anyhow!("{error}"))?;
    match given {
        Some(_) => super::say("loaded; all accounts begin with the password in BIAOGAN_PASSWORD")?,
        None => super::say(&format!(
            "loaded; all accounts begin with the password {password}"
        ))?,
    }
    Ok(ExitCode::SUCCESS)
}
