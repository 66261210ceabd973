#!/usr/bin/env python3
"""TAP: items converted to QTI 3.0 are valid against the schema of 3.0.1 (../shared/ref/qti/xsd), by xmllint. An item whose conversion says
"validity: …" keeps something that the schema refuses though it means something (QTI.md §2.2); all others must be valid."""
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

source, build = os.environ["BV_SOURCE"], os.environ["BV_BUILD"]
reference = os.environ.get("BV_REF", os.path.join(source, "..", "shared", "ref"))
schema = os.path.join(reference, "qti", "xsd", "imsqti_asiv3p0p1_v1p0.xsd")
if not os.path.exists(schema) or not shutil.which("xmllint"):
    print("ok 1 # SKIP the schema of QTI 3.0.1 or xmllint is not here\n1..1")
    sys.exit(0)

count = failed = 0


def check(good, name):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {name}")


with tempfile.TemporaryDirectory() as folder:
    items = sorted(glob.glob(os.path.join(reference, "qti", "items", "**", "*.xml"), recursive=True))
    items += sorted(glob.glob(os.path.join(source, "tests", "vectors", "itembank", "upgrade", "good-*.xml")))
    items += sorted(glob.glob(os.path.join(source, "itembank", "sample", "*", "*-00*.xml")))
    written, excused = {}, set()
    for i, item in enumerate(items):
        out = os.path.join(folder, f"{i}.xml")
        run = subprocess.run([os.path.join(build, "tools", "cli", "bangvang"), "item", "convert", "--json", "--out", out, item],
                             capture_output=True, text=True)
        if run.returncode:
            check(run.returncode == 2 and ("an item is a" in run.stderr or "is not one of QTI" in run.stderr), f"not an item: {item}")
            continue
        written[out] = item
        if any(loss["message"].startswith("validity: ") for loss in json.loads(run.stdout)["losses"]):
            excused.add(out)
    run = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", schema, *written], capture_output=True, text=True)
    valid = {line[:-len(" validates")] for line in run.stderr.splitlines() if line.endswith(" validates")}
    for out, item in written.items():
        check(out in valid or out in excused, item)
        if out not in valid and out not in excused:
            print(*("# " + line for line in run.stderr.splitlines() if line.startswith(out)), sep="\n")
    print(f"# {len(written)} converted: {len(valid)} valid, {len(set(written) - valid)} not, of which {len(excused - valid)} for a named reason")
    check(len(valid) > 500, f"{len(valid)} are valid")
print(f"1..{count}")
sys.exit(failed > 0)
