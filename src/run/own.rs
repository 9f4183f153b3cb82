//! Runs a command of the user's own: without a shell, with the report on its standard input, and not for ever.

use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};

use crate::app::OwnRun;
use crate::call::reason;
use crate::programs;
use crate::text::sanitize;

/// How much of what it prints is read, in bytes: one line of it is shown.
const MOST: u64 = 64 << 10;

/// The longest line of it that is shown, in characters.
const LONGEST: usize = 200;

/// Runs it to its end, or ends it when its time is over. Returns what to tell the user.
pub async fn run(own: OwnRun, report: String) -> Result<String, String> {
    let name = own.name;
    let told = |what: &str| format!("{name}: {what}");
    let Some((program, arguments)) = own.run.split_first() else { return Err(told("nothing to run")) };
    let mut command = tokio::process::Command::from(programs::command(program, arguments));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child =
        command.spawn().map_err(|error| told(&format!("{program} cannot be started: {}", reason(&error))))?;
    let (input, out, complaint) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let write = async {
        if let Some(mut input) = input {
            // It may end, or close its input, without reading all of it.
            let _ = input.write_all(report.as_bytes()).await;
        }
    };
    let all = async { tokio::join!(child.wait(), write, read(out), read(complaint)) };
    let (status, (), stdout, stderr) = tokio::time::timeout(Duration::from_secs(own.seconds), all)
        .await
        .map_err(|_| told(&format!("{program} did not end within {} s and was stopped", own.seconds)))?;
    let status = status.map_err(|error| told(&reason(&error)))?;
    outcome(&Output { status, stdout, stderr }).map(|what| told(&what)).map_err(|what| told(&what))
}

async fn read(pipe: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        let mut head = (&mut pipe).take(MOST);
        let _ = head.read_to_end(&mut bytes).await;
        // The rest is read as well: a full pipe would stop the program.
        let _ = tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await;
    }
    bytes
}

/// Words the result: of a success the first line it printed, of a failure its exit code and the first line of its message.
fn outcome(output: &Output) -> Result<String, String> {
    let line = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        let short: String = first.chars().take(LONGEST).collect();
        sanitize(&short).into_owned()
    };
    let status = output.status;
    match (status.success(), line(&output.stdout), line(&output.stderr)) {
        (true, said, _) if said.is_empty() => Ok("done".to_owned()),
        (true, said, _) => Ok(said),
        (false, _, said) if said.is_empty() => Err(programs::ending(status)),
        (false, _, said) => Err(format!("{}: {said}", programs::ending(status))),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn ran(script: &str, seconds: u64) -> Result<String, String> {
        let run = ["sh", "-c", script].map(str::to_owned).to_vec();
        let own = OwnRun { name: "ticket".to_owned(), run, seconds };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(super::run(own, "# the report\n".repeat(100_000)))
    }

    #[test]
    fn it_gets_the_report_and_its_result_is_told_in_a_line() {
        assert_eq!(ran("wc -l | tr -d ' '", 20), Ok("ticket: 100000".to_owned()));
        assert_eq!(ran("exit 0", 20), Ok("ticket: done".to_owned()), "it need not read the report");
        assert_eq!(ran("printf 'no\\033[31m such queue\\nmore' >&2; exit 3", 20), {
            Err("ticket: ended with exit code 3: no\u{fffd}[31m such queue".to_owned())
        });
        let stopped = ran("sleep 60", 1).expect_err("its time is over");
        assert!(stopped.contains("did not end within 1 s and was stopped"), "{stopped}");
    }

    #[test]
    fn it_prints_as_much_as_it_likes() {
        assert_eq!(ran("yes | head -c 1000000; cat >/dev/null", 20), Ok("ticket: y".to_owned()));
    }
}
