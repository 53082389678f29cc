//! `biaogan audit …`: the trail from the shell.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};

use super::{accounts, findings, open, open_to_write, say};
use crate::audit::checkpoint::{self, Noted, Shown};
use crate::audit::proof::Proof;
use crate::{audit, clock};

#[derive(Subcommand)]
pub enum AuditCommand {
    /// Recompute every chain and hold every row against what was last said of it; exit 1 and name what does not fit
    Verify(Verify),
    /// Print the head of every chain: committee, events, digest
    Head,
    /// Sign the heads of all chains with a key of one's own, and print the checkpoint: to be kept apart from the service
    Cosign(Cosign),
    /// Say why the database contradicts this node's heads file, such as a backup that was brought back: recorded in the
    /// trail; what it contradicts then is a finding no longer. Likewise of rows that were changed by another door
    Acknowledge {
        #[arg(long)]
        reason: String,
    },
}

#[derive(Args)]
pub struct Verify {
    /// A head that was noted earlier: its 64 digits, as `audit head`, a minute or the portal shows it. It must still be
    /// that of an event
    #[arg(long = "head", value_name = "DIGEST")]
    heads: Vec<String>,
    /// A checkpoint that `audit cosign` printed; its signature must fit and the trail must bear it out
    #[arg(long = "checkpoint", value_name = "FILE")]
    checkpoints: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Cosign {
    /// The signer's key, 64 hexadecimal digits; made if the file is not there
    #[arg(long)]
    key: PathBuf,
    /// What `/api/v1/public/audit/head` answered, or `-` for standard input; the database unless told
    heads: Option<PathBuf>,
}

pub fn run(command: AuditCommand) -> anyhow::Result<ExitCode> {
    match command {
        AuditCommand::Verify(asked) => verify(&asked),
        AuditCommand::Head => head(),
        AuditCommand::Cosign(asked) => cosign(&asked),
        AuditCommand::Acknowledge { reason } => {
            let (_, db) = open_to_write()?;
            let found = audit::acknowledge::acknowledge(&db, &reason).map_err(accounts::plainly)?;
            for line in found {
                say(&format!("acknowledged: {line}"))?;
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn verify(asked: &Verify) -> anyhow::Result<ExitCode> {
    let (_, db) = open()?;
    let mut report = audit::verify::verify(&db)?;
    report
        .findings
        .extend(audit::verify::noted(&db, &asked.heads)?);
    for file in &asked.checkpoints {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        match checkpoint::read(&text) {
            Ok(read) => {
                let found = db.read_now(|c| checkpoint::against(c, &read))?;
                report.findings.extend(found);
            }
            Err(fault) => report
                .findings
                .push(format!("checkpoint {}: {fault:#}", file.display())),
        }
    }
    let whole = format!("{} events in {} chains", report.events, report.chains);
    findings(report.findings, &whole)
}

fn head() -> anyhow::Result<ExitCode> {
    let (_, db) = open()?;
    for chain in db.read_now(audit::heads_shown)? {
        let owner = chain
            .committee_id
            .map_or_else(|| "system".to_owned(), |id| id.to_string());
        say(&format!("{owner} {} {}", chain.count, chain.head))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn cosign(asked: &Cosign) -> anyhow::Result<ExitCode> {
    let heads = match &asked.heads {
        Some(file) => shown(file)?,
        None => {
            let (_, db) = open()?;
            let chains = db.read_now(audit::heads_shown)?;
            chains.into_iter().map(Noted::from).collect()
        }
    };
    let signed = checkpoint::sign(&key(&asked.key)?, heads, clock::real_now())?;
    say(&serde_json::to_string_pretty(&signed)?)?;
    Ok(ExitCode::SUCCESS)
}

fn shown(file: &Path) -> anyhow::Result<Vec<Noted>> {
    let text = match file.to_str() {
        Some("-") => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            text
        }
        Some(_) | None => std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?,
    };
    let shown: Shown =
        serde_json::from_str(&text).context("the heads are not as the portal answers them")?;
    Ok(shown.items)
}

fn key(file: &Path) -> anyhow::Result<String> {
    if !file.exists() {
        std::fs::write(file, checkpoint::fresh_key())
            .with_context(|| format!("cannot write {}", file.display()))?;
        eprintln!("biaogan: made a key in {}; keep it apart", file.display());
    }
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

#[derive(Args)]
pub struct VerifyProof {
    file: PathBuf,
    /// The signer's public key as the signer told it: the proof must rest on it
    #[arg(long)]
    key: Option<String>,
}

pub fn verify_proof(asked: &VerifyProof) -> anyhow::Result<ExitCode> {
    let text = std::fs::read_to_string(&asked.file)
        .with_context(|| format!("cannot read {}", asked.file.display()))?;
    let proof = match Proof::read(&text) {
        Ok(proof) => proof,
        Err(fault) => return findings(vec![format!("{fault:#}")], ""),
    };
    let signed = &proof.checkpoint;
    if let Some(key) = &asked.key
        && !key.trim().eq_ignore_ascii_case(&signed.public_key)
    {
        let fault = format!("it was signed with another key, {}", signed.public_key);
        return findings(vec![fault], "");
    }
    for (name, value) in proof.told() {
        say(&format!("{name}: {value}"))?;
    }
    say(&format!("signed: {} with {}", signed.at, signed.public_key))?;
    if asked.key.is_none() {
        say("compare the key with the one its signer tells you, or give it with --key")?;
    }
    say("ok: the event stood in the trail when the checkpoint was signed")?;
    Ok(ExitCode::SUCCESS)
}
