"""Results of call scripts in the form that CI systems read: JUnit's XML."""

from xml.etree import ElementTree as Xml

from switchboard.flow.scripts import Outcome, Proof, Proven


def junit(proof: Proof, took_s: float) -> str:
    """Return the results as one XML document.

    Args:
        proof: What was found: mistakes are failures of a suite ``check``, each script is a suite.
        took_s: How long all of it took, in seconds.
    """
    root = Xml.Element("testsuites", name="switchboard flows", time=f"{took_s:.3f}")
    if proof.faults:
        suite = _suite(root, "check", len(proof.faults), len(proof.faults), 0)
        for fault in proof.faults:
            case = _case(
                suite, "check", f"{fault.code} {fault.node}".strip(), fault.file, fault.line
            )
            _note(case, "failure", [str(fault)])
    scripts: dict[str, list[Proven]] = {}
    for one in proof.calls:
        scripts.setdefault(one.file, []).append(one)
    for calls in scripts.values():
        outcomes = [one.result.outcome for one in calls]
        failed, left = outcomes.count(Outcome.FAILED), outcomes.count(Outcome.NOT_PLAYED)
        suite = _suite(root, calls[0].result.script, len(calls), failed, left)
        for one in calls:
            _add(suite, one)
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: Xml.Element, name: str, tests: int, failures: int, skipped: int) -> Xml.Element:
    counts = {"tests": str(tests), "failures": str(failures), "skipped": str(skipped)}
    return Xml.SubElement(root, "testsuite", {"name": _plain(name), "errors": "0", **counts})


def _case(suite: Xml.Element, script: str, name: str, file: str, line: int) -> Xml.Element:
    where = {"classname": _plain(script), "file": _plain(file), "line": str(line)}
    return Xml.SubElement(suite, "testcase", {"name": _plain(name), **where})


def _add(suite: Xml.Element, one: Proven) -> None:
    result = one.result
    case = _case(suite, result.script, result.call, one.file, one.place.line)
    if result.outcome is Outcome.FAILED:
        _note(case, "failure", [f"{one.where}: {reason}" for reason in result.reasons])
        heard = Xml.SubElement(case, "system-out")
        heard.text = _plain("\n".join(f"heard {said}" for said in result.heard))
    elif result.outcome is Outcome.NOT_PLAYED:
        _note(case, "skipped", list(result.reasons))


def _note(case: Xml.Element, kind: str, lines: list[str]) -> None:
    note = Xml.SubElement(case, kind, message=_plain(lines[0]))
    note.text = _plain("\n".join(lines))


def _plain(text: str) -> str:
    """What XML cannot hold stands as its escape."""
    return "".join(c if c.isprintable() or c in "\n\t" else ascii(c)[1:-1] for c in text)
