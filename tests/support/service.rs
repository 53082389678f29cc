//! The built program as a process of its own.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The built program on a database of its own; killed when dropped.
pub struct Service {
    child: Child,
    pub url: String,
}

impl Service {
    pub fn start(folder: &Path, database_url: &str) -> Self {
        Self::start_with(folder, database_url, |_| {})
    }

    pub fn start_with(
        folder: &Path,
        database_url: &str,
        change: impl FnOnce(&mut Command),
    ) -> Self {
        // A port nobody had a moment ago.
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let secret = folder.join("secret");
        std::fs::write(&secret, "a secret for tests, 0123456789abcdef").unwrap();
        let mut command = command(folder, database_url);
        command
            .arg("serve")
            .env("BIAOGAN_LISTEN", format!("127.0.0.1:{port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        change(&mut command);
        let child = command.spawn().unwrap();
        let service = Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
        };
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(20) {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return service;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the service does not listen");
    }

    /// The most memory it has held since it started or the mark was set back, in kB.
    pub fn most_memory(&self, reset: bool) -> u64 {
        let process = format!("/proc/{}", self.child.id());
        if reset {
            std::fs::write(format!("{process}/clear_refs"), "5").unwrap();
        }
        let status = std::fs::read_to_string(format!("{process}/status")).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmHWM:"))
            .unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Asked to stop, as by Ctrl-C (`INT`) or by the system (`TERM`).
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([format!("-{name}"), self.child.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Whether it ends by itself, and well, in so many seconds.
    pub fn ends(&mut self, seconds: u64) -> bool {
        let asked = Instant::now();
        while asked.elapsed() < Duration::from_secs(seconds) {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.success();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        false
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn command(folder: &Path, database_url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_biaogan"));
    command
        .current_dir(folder)
        .env("BIAOGAN_DATABASE_URL", database_url)
        .env("BIAOGAN_SECRET_FILE", folder.join("secret"))
        .env("BIAOGAN_FILES", folder.join("files"))
        .env("BIAOGAN_HEADS_FILE", folder.join("heads"));
    command
}
