#!/usr/bin/env python3
"""Reads exports back with DuckDB and Spark, as docs/engines.md tells people to, and compares what they count with the report.

    tests/engines.py CALLSCOPE [--features parquet] [FILE...]

CALLSCOPE is the program; FILEs are calls (without any, the demo calls from its own server). DuckDB is imported or, where
pip reaches a registry, installed into a virtual environment, ~/.cache/callscope-engines (CALLSCOPE_ENGINES_VENV names
another). Spark needs Java and pyspark, and is used where both are there; CALLSCOPE_ENGINES_SPARK=1 installs pyspark, too. Each check prints a line; what cannot run here says
why and counts as skipped. The last line has the counts; the exit code is 1 if a check failed, 77 if none could run.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
GUIDE = HERE.parent / "docs" / "engines.md"
VERDICTS = ("poor", "good", "unclassified")
DEMO_CALLS = 2
# The meeting is held on three days, so that people have a history and there is a trend.
MEETING_DAY, OTHER_DAYS = "2026-11-20T", ("2026-11-18T", "2026-11-19T")


class Results:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def check(self, name, expected, found):
        is_same = expected == found
        self.passed += is_same
        self.failed += not is_same
        print(f"ok: {name}: {found}" if is_same else f"FAILED: {name}: expected {expected}, found {found}", flush=True)

    def run(self, name, action):
        try:
            said = action()
        except Exception as error:  # noqa: BLE001 - any failure of an engine is a result
            self.failed += 1
            print(f"FAILED: {name}: {first_line(error)}", flush=True)
        else:
            self.passed += 1
            print(f"ok: {name}{': ' + said if said else ''}", flush=True)

    def skip(self, name, why):
        self.skipped += 1
        print(f"skipped: {name}: {why}", flush=True)


def first_line(error):
    return f"{type(error).__name__}: {error}".strip().splitlines()[0]


def environment():
    """No config, cache or credentials of the user's."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SystemRoot", "TMPDIR", "TEMP") if name in os.environ}
    return kept | {"CALLSCOPE_CONFIG": "", "CALLSCOPE_CACHE": ""}


def callscope(program, *arguments, cwd):
    done = subprocess.run([program, *arguments], cwd=cwd, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode not in (0, 6):
        raise RuntimeError(f"callscope {' '.join(arguments)}: {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def blocks(language, kind=""):
    """The code blocks of the guide in a language, those marked with a format only if it is asked for."""
    found = re.findall(rf"^```{language}(?: (\w+))?\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.M | re.S)
    return [text for mark, text in found if mark == kind]


def report_counts(program, paths, folder):
    """What the report counts: streams by verdict for each rule set, sessions, and sessions by verdict."""
    counts = {}
    for rules in ("cqd", "cqd-2020", "cri"):
        text = callscope(program, "report", "--format", "json", "--rules", rules, *paths, cwd=folder)
        reports = [json.loads(line) for line in text.splitlines()]
        streams = {verdict: sum(report["counts"][verdict] for report in reports) for verdict in VERDICTS}
        sessions = {verdict: sum(report["session_counts"][verdict] for report in reports) for verdict in VERDICTS}
        counts[rules.replace("-", "_")] = (streams, sessions, sum(len(report["sessions"]) for report in reports))
    return counts


def compare(results, engine, query, expected):
    """`query` takes a statement and returns its rows as tuples."""
    results.run(f"{engine}: counts", lambda: compare_all(results, engine, query, expected))


def compare_all(results, engine, query, expected):
    for rules, (streams, sessions, total) in expected.items():
        found = dict(query(f"SELECT Verdict_{rules}, count(*) FROM streams GROUP BY 1"))
        results.check(f"{engine}: streams by {rules}", streams, {verdict: found.get(verdict, 0) for verdict in VERDICTS})
        found = dict(query(f"SELECT SessionVerdict_{rules}, count(*) FROM sessions GROUP BY 1"))
        results.check(f"{engine}: sessions by {rules}", sessions, {verdict: found.get(verdict, 0) for verdict in VERDICTS})
        results.check(f"{engine}: all sessions", total, query("SELECT count(*) FROM sessions")[0][0])


def statements(text):
    return [statement.strip() for statement in text.split(";\n") if statement.strip()]


def with_duckdb(results, duckdb, folder, formats, expected):
    prepare, *queries = blocks("sql")
    answers = {}
    for kind in formats:
        connection = duckdb.connect()
        os.chdir(Path(folder) / kind)
        view, *rest = statements(prepare)
        if kind != "parquet":
            (view,) = blocks("sql", kind)

        def run(statement):
            return connection.execute(statement).fetchall()

        try:
            for statement in (view, *rest):
                run(statement)
        except Exception as error:  # noqa: BLE001
            results.failed += 1
            print(f"FAILED: DuckDB reads {kind}: {first_line(error)}", flush=True)
            continue
        compare(results, f"DuckDB, {kind}", run, expected)
        for block in queries:
            for statement in statements(block):
                title = " ".join(statement.split())[:60]
                rows = []
                results.run(f"DuckDB, {kind}: {title} …", lambda: rows.extend(run(statement)) or f"{len(rows)} rows")
                answers.setdefault(statement, {})[kind] = sorted(map(repr, rows)) if "any_value" not in statement else None
    for statement, found in answers.items():
        lists = [rows for rows in found.values() if rows is not None]
        if len(lists) > 1 and "finding" not in statement:
            title = " ".join(statement.split())[:60]
            results.check(f"DuckDB: the same from every format: {title} …", 1, len({tuple(rows) for rows in lists}))


def with_spark(results, folder, formats, expected):
    if shutil.which("java") is None:
        return results.skip("Spark", "Java is not installed")
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        return results.skip("Spark", "pyspark is not installed")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        spark = (
            SparkSession.builder.master("local[2]").appName("callscope")
            .config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false").config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1").config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "2").config("spark.sql.warehouse.dir", str(Path(folder) / "warehouse"))
            .getOrCreate()
        )
    except Exception as error:  # noqa: BLE001
        return results.skip("Spark", f"it does not start: {error}")
    spark.sparkContext.setLogLevel("ERROR")
    prepare, queries = blocks("python")
    for kind in formats:
        names = {"spark": spark}
        setup = prepare
        if kind != "parquet":
            (first,) = blocks("python", kind)
            setup = first + prepare.split("\n", 1)[1]
        # Java keeps the folder in which it was started.
        setup = setup.replace('"exported/', f'"{Path(folder) / kind}/exported/')
        results.run(f"Spark reads {kind}", lambda: exec(setup, names))  # noqa: S102 - the guide's own code
        compare(results, f"Spark, {kind}", lambda statement: [tuple(row) for row in spark.sql(statement).collect()], expected)
        results.run(f"Spark, {kind}: the queries", lambda: exec(queries, names))  # noqa: S102
    spark.stop()
    return None


def engine_packages(results):
    """Imports DuckDB; where it is missing, installs it and starts this script again from there."""
    try:
        import duckdb
        return duckdb
    except ImportError:
        pass
    if os.environ.get("CALLSCOPE_ENGINES_STARTED"):
        results.skip("DuckDB", "it is not installed and pip cannot install it")
        return None
    place = Path(os.environ.get("CALLSCOPE_ENGINES_VENV") or Path.home() / ".cache" / "callscope-engines")
    python = place / "bin" / "python"
    try:
        if not python.exists():
            venv.create(place, with_pip=True)
        wanted = ["duckdb"] + (["pyspark"] if shutil.which("java") and os.environ.get("CALLSCOPE_ENGINES_SPARK") else [])
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted], check=True, timeout=600)
    except (OSError, subprocess.SubprocessError) as error:
        results.skip("DuckDB", f"it is not installed and cannot be: {error}")
        return None
    os.environ["CALLSCOPE_ENGINES_STARTED"] = "1"
    os.execv(python, [str(python), *sys.argv])


def demo_calls(program, folder):
    """Saves the first built-in calls from the program's own server: a meeting, and a call of two people."""
    server = subprocess.Popen([program, "serve", "--port", "0"], env=environment(), stdout=subprocess.PIPE, text=True)
    try:
        calls = []
        for line in server.stdout:
            told = re.match(r"CALLSCOPE_TOKEN=(\S+) callscope --graph-url (\S+) (\S+)$", line)
            if not told:
                continue
            token, address, call = told.groups()
            arguments = [program, "fetch", call, "--graph-url", address, "-o", f"{call}.json", "--no-cache"]
            with_token = environment() | {"CALLSCOPE_TOKEN": token}
            subprocess.run(arguments, cwd=folder, env=with_token, check=True, capture_output=True)
            calls.append(f"{call}.json")
            if len(calls) == DEMO_CALLS:
                break
        meeting = (Path(folder) / calls[0]).read_text(encoding="utf-8")
        for number, day in enumerate(OTHER_DAYS):
            other = meeting.replace(calls[0][:8], f"{number:08x}").replace(MEETING_DAY, day)
            calls.append(f"meeting-{day}.json")
            (Path(folder) / calls[-1]).write_text(other, encoding="utf-8")
        return calls
    finally:
        server.kill()
        server.wait()


def main():
    arguments = sys.argv[1:]
    formats = ["csv", "jsonl"]
    if "--features" in arguments:
        at = arguments.index("--features")
        formats = ["parquet", *formats] if arguments[at + 1] == "parquet" else formats
        del arguments[at : at + 2]
    if not arguments:
        sys.exit(__doc__)
    program, *files = arguments
    program = str(Path(program).resolve())
    results = Results()
    duckdb = engine_packages(results)
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(file).resolve()) for file in files] or demo_calls(program, folder)
        expected = report_counts(program, paths, folder)
        for kind in formats:
            callscope(program, "export", *paths, "--format", kind, "--to", f"{kind}/exported", cwd=folder)
        if "parquet" not in formats:
            results.skip("Parquet", "this build has no such feature")
        if duckdb:
            with_duckdb(results, duckdb, folder, formats, expected)
        with_spark(results, folder, formats, expected)
        os.chdir("/")
    print(f"{results.passed} passed, {results.failed} failed, {results.skipped} skipped")
    sys.exit(1 if results.failed else 77 if not results.passed else 0)


if __name__ == "__main__":
    main()
