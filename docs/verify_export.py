#!/usr/bin/env python3
"""Verifies an Ampora export, or the proof of one event, with Python's standard library and openssl.

    verify_export.py export FILE KEY.pem [--rows FILE.csv]     an export (JSONL), or FILE.csv.proofs with its CSV
    verify_export.py event PROOF.json KEY.pem                  the answer of GET /api/events/<position>/proof

Knows nothing of Ampora but what docs/verify-an-export.md says. Ends with 0 when all is proven, with 1 when not.
"""
import base64, csv, gzip, hashlib, itertools, json, subprocess, sys, tempfile
from pathlib import Path


class Refuted(Exception):
    pass


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(line):
    return sha256(b"\0" + line)


def node_hash(left, right):
    return sha256(b"\1" + left + right)


def b64(text):
    return base64.b64decode(text, validate=True)


def signed_text(note, key):
    """The text of a signed note (C2SP signed-note) whose Ed25519 signature openssl accepts."""
    text, _, signatures = note.rpartition("\n\n")
    for line in signatures.splitlines():
        signature = b64(line.split(" ")[-1])[4:]
        with tempfile.TemporaryDirectory() as folder:
            message, signed = Path(folder, "message"), Path(folder, "signature")
            message.write_bytes((text + "\n").encode())
            signed.write_bytes(signature)
            command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin"]
            done = subprocess.run([*command, "-in", message, "-sigfile", signed], capture_output=True)
            if done.returncode == 0:
                return text + "\n"
    raise Refuted("a signature was not made with this key (wrong key, or a changed text):\n" + note)


def checkpoint_of(note, key):
    origin, size, root = signed_text(note, key).splitlines()
    return origin, int(size), b64(root)


def subtrees(start, end):
    """Sizes of the largest aligned subtrees that cover the leaves from start to end, from left to right."""
    while start < end:
        size = 1
        while start % (2 * size) == 0 and start + 2 * size <= end:
            size *= 2
        yield size
        start += size


class Tree:
    """The roots of the perfect subtrees of all leaves so far."""

    def __init__(self, nodes=()):
        self.nodes = list(nodes)  # (size, hash)

    def add(self, size, digest):
        while self.nodes and self.nodes[-1][0] == size:
            digest, size = node_hash(self.nodes.pop()[1], digest), 2 * size
        self.nodes.append((size, digest))

    def root(self):
        digest = None
        for _, left in reversed(self.nodes):
            digest = left if digest is None else node_hash(left, digest)
        return digest or sha256(b"")


def name_of(line):
    try:
        event = json.loads(line)
        return f"sequence {event['sequence']}, position {event['position']}, {event['type']}"
    except Exception:
        return "not an event"


def match(expected, got):
    """Names the first difference between the leaf hashes of a chunk and the lines that follow it."""
    hashes = [b64(json.loads(line)["leafHash"]) if line.startswith(b'{"ampora":"scavenged"') else leaf_hash(line) for line in got]
    for index, (sequence, digest) in enumerate(expected):
        here = hashes[index] if index < len(hashes) else None
        if here == digest:
            continue
        if here is None:
            raise Refuted(f"missing: the event with sequence {sequence} is not in the file")
        if digest in hashes[index:]:
            if here in [each for _, each in expected[index:]]:
                raise Refuted(f"reordered: the event with sequence {sequence} stands at another place")
            raise Refuted(f"inserted: this was never sealed: {name_of(got[index])}")
        if here in [each for _, each in expected[index + 1 :]]:
            raise Refuted(f"missing: the event with sequence {sequence} is not in the file")
        raise Refuted(f"altered: the event with sequence {sequence} is not what was sealed ({name_of(got[index])})")
    if len(got) > len(expected):
        raise Refuted(f"inserted: this was never sealed: {name_of(got[len(expected)])}")


def lines_of(path):
    opener = gzip.open if open(path, "rb").read(2) == b"\x1f\x8b" else open
    with opener(path, "rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                raise Refuted("cut: the file ends in the middle of a line")
            yield line[:-1]


def rows_of(path):
    csv.field_size_limit(2**31 - 1)
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row["event"].encode()


def chunks_of(lines, rows):
    """Each proof, root or end line with the event lines that follow it; events come from the rows when there are any."""
    pending = None
    for line in lines:
        if line.startswith((b'{"ampora":"proof"', b'{"ampora":"root"', b'{"ampora":"end"')):
            if pending:
                yield pending
            pending = (json.loads(line), [])
        elif pending:
            pending[1].append(line)
        else:
            raise Refuted("no proof stands before the first event")
    if not pending or pending[0]["ampora"] != "end":
        raise Refuted("cut: the end of the file is missing")
    yield pending


def with_rows(proof, scavenged, rows):
    """The lines of a chunk whose events stand in another file: as many as it proves, scavenged ones at their places."""
    marks = {int(json.loads(line)["sequence"]): line for line in scavenged}
    wanted, got = [sequence for sequence, _ in proof], []
    for sequence in wanted:
        line = marks.get(sequence) or next(rows, None)
        if line is not None:
            got.append(line)
    return got


def verify_export(path, key, rows_path=None):
    lines = lines_of(path)
    header_line, signature_line = next(lines, b""), next(lines, b"")
    header, signature = json.loads(header_line), json.loads(signature_line)
    origin, size, root = checkpoint_of(header["checkpoint"], key)
    digest = base64.b64encode(sha256(header_line)).decode()
    if signed_text(signature["note"], key) != f"ampora-export/v1\n{origin}\n{digest}\n":
        raise Refuted("the header is not what was signed")
    if (int(header["treeSize"]), b64(header["rootHash"])) != (size, root):
        raise Refuted("the header does not state the root that was signed")
    rows = rows_of(rows_path) if rows_path else None
    tree, covered, counts = Tree(), 0, {"events": 0, "scavenged": 0, "roots": 0}
    for chunk, got in chunks_of(lines, rows):
        if chunk["ampora"] != "proof" and got:
            raise Refuted(f"inserted: this was never sealed: {name_of(got[0])}")
        if chunk["ampora"] == "root":
            if checkpoint_of(chunk["checkpoint"], key)[1:] != (covered, tree.root()):
                raise Refuted("an earlier root is not one of this history")
            counts["roots"] += 1
        elif chunk["ampora"] == "proof":
            if int(chunk["from"]) != covered:
                raise Refuted(f"a part is missing: after leaf {covered} comes {chunk['from']}")
            hashes, expected = iter(map(b64, chunk["hashes"])), []
            for run in chunk["runs"]:
                leaves, gap = run.get("leaves", 0), run.get("gap", 0)
                for part in itertools.chain([1] * leaves, subtrees(covered, covered + gap)):
                    each = next(hashes)
                    if leaves:
                        expected.append((covered, each))
                    tree.add(part, each)
                    covered += part
            rest = Tree(tree.nodes)
            for part, each in zip(subtrees(covered, size), chunk["rest"]):
                rest.add(part, b64(each))
            if covered != int(chunk["to"]) or sum(part for part, _ in rest.nodes) != size or rest.root() != root:
                raise Refuted(f"the proof of the leaves up to {chunk['to']} does not lead to the signed root")
            match(expected, with_rows(expected, got, rows) if rows else got)
            scavenged = sum(line.startswith(b'{"ampora":"scavenged"') for line in got)
            counts["scavenged"] += scavenged
            counts["events"] += len(expected) - scavenged
        else:
            ends = "".join(f"{name} {count}\n" for name, count in counts.items())
            if signed_text(chunk["note"], key) != f"ampora-export-end/v1\n{origin}\n{digest}\n{ends}":
                raise Refuted("the counts at the end are not what was signed")
    extra = next(rows, None) if rows else None
    if extra is not None:
        raise Refuted(f"inserted: this was never sealed: {name_of(extra)}")
    if covered != size:
        raise Refuted("cut: the proofs end before the tree does")
    return f"{counts['events']} events, proven against the root {header['rootHash']} of {size}"


def verify_event(path, key):
    proof = json.loads(Path(path).read_text("utf-8"))
    _, size, root = checkpoint_of(proof["checkpoint"], key)
    digest = b64(proof["leafHash"]) if proof["line"] is None else leaf_hash(proof["line"].encode())
    index, last = proof["leafIndex"], size - 1
    for sibling in map(b64, proof["hashes"]):  # RFC 9162, 2.1.3.2
        if index % 2 or index == last:
            digest = node_hash(sibling, digest)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            digest = node_hash(digest, sibling)
        index, last = index // 2, last // 2
    if last != 0 or digest != root:
        raise Refuted("the event is not in the tree of the signed root: it, or its proof, was changed")
    return f"leaf {proof['leafIndex']} is in the tree of {size} events"


if __name__ == "__main__":
    try:
        what, path, key, *more = sys.argv[1:]
        if what == "event":
            print("Proven:", verify_event(path, key))
        else:
            print("Proven:", verify_export(path, key, more[1] if more[:1] == ["--rows"] else None))
    except Refuted as reason:
        sys.exit(f"Refuted: {reason}")
    except (ValueError, KeyError, StopIteration) as reason:
        sys.exit(f"Refuted: what stands there is no export or proof ({reason!r})")
