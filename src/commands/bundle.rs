//! Puts the pages of a call, a manifest with their hashes, and the report into one archive: the evidence for a ticket.

use std::io::{self, BufWriter, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::runtime::Runtime;

use crate::call::{CallExport, Completeness, Dataset, Selection, UserError, UserErrorKind, reason};
use crate::cli::{Bundle, Format, How};
use crate::disk::{self, Draft};
use crate::privacy::{CheckedJson, Guard, Leaked, Level};
use crate::source::bundle::{BundleWriter, RECORD, page_name};
use crate::source::manifest::{Manifest, ManifestFile, ManifestPage};
use crate::source::save::{self, Hashing};
use crate::source::{Evidence, Store};
use crate::stderr;
use crate::wording;

use super::report::{self, Unwritten, read_shown};
use super::{Basis, Exit, output, report_error, target, usage};

/// Name of the report for people in a bundle.
const REPORT: &str = "report.md";

/// Name of the report for programs.
const REPORT_JSON: &str = "report.json";

/// Bundles a call.
pub fn bundle(runtime: &Runtime, wanted: &Bundle, basis: Basis) -> color_eyre::Result<Exit> {
    let source = match target::source_of(&wanted.target, basis.settings) {
        Ok(Some(source)) => source,
        Ok(None) => return Ok(report_error(&target::nothing())),
        Err(trouble) => return Ok(report_error(&trouble)),
    };
    // An existing file is reported before an hour of work.
    if let Some(path) = &wanted.output
        && let Err(trouble) = check(path, wanted.force)
    {
        return Ok(report_error(&trouble));
    }
    runtime.block_on(async {
        let (loaded, load) = read_shown(basis.load(source), basis).await;
        if let Some(trouble) = loaded.nothing_to_show() {
            return Ok(report_error(&trouble));
        }
        if loaded.calls().len() > 1 {
            let what = format!("{} calls were named, and a bundle holds one", loaded.calls().len());
            return Ok(report_error(&usage(what, "bundle them one at a time")));
        }
        let (store, guard, evidence) = (load.store.clone(), load.guard().unwrap_or_default(), load.evidence());
        Bundling { loaded: Arc::new(loaded), store, guard, evidence, basis }.save(wanted).await
    })
}

/// Returns why a file must not be written.
fn check(path: &Path, may_replace: bool) -> Result<(), UserError> {
    let is_other = disk::check_replaceable(path).is_err();
    match path.exists() && (is_other || !may_replace) {
        true if is_other => {
            Err(usage(format!("{} is not a regular file", path.display()), "name another file with -o"))
        }
        true => Err(usage(
            format!("{} already exists", path.display()),
            "add --force to overwrite it, or name another file with -o",
        )),
        false => Ok(()),
    }
}

/// A bundle being written: what was loaded, which is one call, and what it was loaded from.
pub struct Bundling {
    pub loaded: Arc<Dataset>,
    pub store: Arc<Store>,
    /// What must not be written.
    pub guard: Arc<Guard>,
    pub evidence: Evidence,
    pub basis: Basis,
}

impl Bundling {
    async fn save(self, wanted: &Bundle) -> color_eyre::Result<Exit> {
        let call = CallExport::of(&self.loaded.calls()[0], &self.loaded);
        let name = || PathBuf::from(call.file_name("zip"));
        let path = wanted.output.clone().unwrap_or_else(name);
        if let Err(trouble) = check(&path, wanted.force) {
            return Ok(report_error(&trouble));
        }
        let unwritten = |error: &io::Error| {
            output::refused(error).unwrap_or_else(|| {
                let what = format!("{} could not be written: {}", path.display(), reason(error));
                report_error(&usage(what, "free some space, or name another file with -o"));
                Exit::Internal
            })
        };
        let file = match Draft::of(&path) {
            Ok(file) => file,
            Err(error) => return Ok(unwritten(&error)),
        };
        let (file, manifest) = match self.write(file).await {
            Ok(written) => written,
            Err(Unwritten::Session(why)) => {
                let hint = Some("open the call again".to_owned());
                return Ok(report_error(&UserError { kind: UserErrorKind::Input, what: why.0, hint }));
            }
            Err(Unwritten::Output(error) | Unwritten::Fault(error)) => return Ok(unwritten(&error)),
        };
        let bytes = match file.publish(wanted.force) {
            Ok(bytes) => bytes,
            Err(error) => return Ok(unwritten(&error)),
        };
        stderr::note(&wording::saved(manifest.sessions, bytes, &path));
        let completeness = Completeness::of(&self.loaded.calls()[0], &self.loaded);
        let exit = if completeness.is_incomplete() {
            stderr::note(&completeness.words());
            Exit::Partial
        } else {
            Exit::Done
        };
        Ok(output::print(exit, |out| writeln!(out, "{}", path.display())))
    }

    /// Writes the archive. Nothing of it counts before the end.
    pub async fn write<W: io::Write>(&self, out: W) -> Result<(W, Manifest), Unwritten> {
        let (mut bundle, guard) = (BundleWriter::new(out), &self.guard);
        let call = &CallExport::of(&self.loaded.calls()[0], &self.loaded);
        let level = self.evidence.level;
        let (pages, whole) = match level {
            Level::Full => self.received(&mut bundle),
            _ => self.redacted(&mut bundle, call, guard),
        }
        .map_err(Unwritten::Output)?;
        let mut files = Vec::new();
        if level == Level::Full
            && let Some(record) = self.evidence.records.last()
        {
            files.push(bundle.add(RECORD, |out| out.write_all(record.as_bytes())).map_err(Unwritten::Output)?);
        }
        files.extend(self.reports(&mut bundle, guard).await?);
        let manifest = Manifest {
            privacy: (level != Level::Full).then(|| level.name().to_owned()),
            files,
            ..save::manifest_of(call, &self.evidence.provenance, whole, pages)
        };
        if let Some(leak) = guard.find_in_json(&serde_json::to_vec(&manifest)?) {
            let place = "the manifest".to_owned();
            return Err(Unwritten::Output(Leaked { leak, place }.into()));
        }
        let out = bundle.finish(&manifest).map_err(Unwritten::Output)?;
        Ok((out, manifest))
    }

    /// Adds the pages, byte for byte.
    fn received<W: io::Write>(&self, bundle: &mut BundleWriter<W>) -> io::Result<(Vec<ManifestPage>, (u64, String))> {
        let mut whole = Hashing::new(io::sink());
        let mut pages = Vec::new();
        for (at, (origin, stretch)) in self.evidence.texts.iter().enumerate() {
            let ManifestFile { name, bytes, sha256 } =
                bundle.add(&page_name(at + 1), |out| self.store.copy(*stretch, &mut Both(out, &mut whole)))?;
            let of_text = self.loaded.pages().iter().filter(|page| page.origin == *origin);
            pages.push(ManifestPage { origin: name, sessions: of_text.map(|page| page.sessions).sum(), bytes, sha256 });
        }
        let (_, bytes, sha256) = whole.finish();
        Ok((pages, (bytes, sha256)))
    }

    /// Adds what a privacy level leaves, as one page.
    fn redacted<W: io::Write>(
        &self,
        bundle: &mut BundleWriter<W>,
        call: &CallExport,
        guard: &Guard,
    ) -> io::Result<(Vec<ManifestPage>, (u64, String))> {
        let ManifestFile { name, bytes, sha256 } = bundle.add(&page_name(1), |out| {
            let mut checked = CheckedJson::new(out, guard);
            save::stream(call, &self.store, &mut checked)?;
            checked.finish()
        })?;
        let page = ManifestPage { origin: name, sessions: call.sessions, bytes, sha256: sha256.clone() };
        Ok((vec![page], (bytes, sha256)))
    }

    /// Adds the reports.
    async fn reports<W: io::Write>(
        &self,
        bundle: &mut BundleWriter<W>,
        guard: &Arc<Guard>,
    ) -> Result<Vec<ManifestFile>, Unwritten> {
        let (whole, mut files) = (Selection::default(), Vec::new());
        for (name, format) in [(REPORT, Format::Markdown), (REPORT_JSON, Format::Json)] {
            let how = How { format, ..How::default() };
            // A report may be large, and is written while sessions are read.
            let mut kept = BufWriter::new(disk::temporary().map_err(Unwritten::Output)?);
            let all = (&self.loaded, &self.store, guard);
            let calls = 0..self.loaded.calls().len();
            report::write_format(all, calls, self.basis, (&how, &whole), &mut kept).await?;
            let mut kept = kept.into_inner().map_err(|error| Unwritten::Output(error.into_error()))?;
            kept.rewind().map_err(Unwritten::Output)?;
            let copied = bundle.add(name, |out| io::copy(&mut kept, out).map(|_| ()));
            files.push(copied.map_err(Unwritten::Output)?);
        }
        Ok(files)
    }
}

/// Writes the same to two places.
struct Both<'a, A: ?Sized, B>(&'a mut A, &'a mut B);

impl<A: io::Write + ?Sized, B: io::Write> io::Write for Both<'_, A, B> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(bytes)?;
        self.1.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()?;
        self.1.flush()
    }
}
