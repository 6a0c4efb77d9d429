"""A caller proves who they are, orders, and gets a mail; the digits they keyed stand nowhere."""

import re
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from tests.e2e.conftest import House, running

NUMBER = "4008001000"
PIN, WRONG = "739146", "280613"
FLOWS = {
    "centre.yaml": f"""
centre: desk
languages: [en]
zone: UTC
numbers: {{"{NUMBER}": {{flow: desk}}}}
secrets:
  password: {{about: The password of a customer, owner: customers.id}}
sources:
  customers:
    fields: {{id: digits, phone: phone, name: text, mail: text}}
  orders:
    fields: {{number: digits, customer: digits}}
    writable: true
""",
    "desk.yaml": """
flow: desk
about: Proves a customer, takes an order, writes a mail
languages: [en]
start: who
everywhere:
  tries_silent: 2
  then: {silent: goodbye, wrong: goodbye, failed: fault, star: goodbye}
prompts:
  which_password: {en: "Key your password."}
  wrong_password: {en: "That is wrong. You have {left:number} left."}
  ordered: {en: "Your order has number {order.number:digits}."}
  mail: {en: "We have your order {order.number:digits}."}
  subject: {en: "Your order"}
  locked: {en: "It is locked now."}
  stranger: {en: "We do not know you."}
  fault: {en: "Something is wrong with us."}
  goodbye: {en: "Goodbye."}
nodes:
  who:
    look_up: customers
    by: {phone: =caller.number}
    keep_as: customer
    then: {found: prove, several: stranger, none: stranger}
  prove:
    verify: which_password
    secret: password
    of: =customer.id
    length: 6
    attempts: 3
    lock_for: 30m
    if_wrong: wrong_password
    then: {proved: order, locked: locked, unknown: stranger}
  order:
    create: orders
    with: {customer: =customer.id}
    keep_as: order
    then: {done: ordered, refused: fault}
  ordered: {play: ordered, then: mail}
  mail:
    send: email
    to: =customer.mail
    subject: subject
    text: mail
    then: {done: goodbye, refused: goodbye}
  locked: {play: locked, then: goodbye}
  stranger: {play: stranger, then: goodbye}
  fault: {play: fault, then: goodbye}
  goodbye: {hang_up: goodbye}
""",
}
CUSTOMERS = "编号,电话,姓名,mail\n0042,13800138000,王小明,wang@example.com\n"


class Inbox:
    """What arrived by mail."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(envelope.content)
        return "250 OK"


@pytest.fixture(scope="module")
def inbox() -> Iterator[Inbox]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        host, port = free.getsockname()
    made = Inbox()
    made.address = (host, port)
    controller = Controller(made, hostname=host, port=port)
    controller.start()
    yield made
    controller.stop()


@pytest.fixture(scope="module")
def house(tmp_path_factory, inbox) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    (folder / "flows").mkdir()
    for name, text in FLOWS.items():
        (folder / "flows" / name).write_text(text)
    (folder / "customers.csv").write_bytes(CUSTOMERS.encode("gb18030"))
    with sqlite3.connect(folder / "orders.db") as database:
        database.execute("CREATE TABLE orders (number INTEGER PRIMARY KEY, customer TEXT)")
    database.close()
    host, port = inbox.address
    columns = "{id: 编号, phone: 电话, name: 姓名}"
    settings = (
        "flows: flows\n"
        f"sources: {{customers: {{csv: customers.csv, columns: {columns}}},\n"
        f"          orders: {{table: orders, database: sqlite:///{folder}/orders.db}}}}\n"
        f"mail: {{host: {host}, port: {port}, security: none, sender: desk@shop.example}}\n"
    )
    with running(folder, settings) as made:
        made.command("secrets", "set", "password", "0042", "--digits", PIN)
        yield made


def prove(house: House, *attempts: str, ani: str = "13800138000"):
    steps = [step for keys in attempts for step in ({"await": "quiet"}, {"press": keys})]
    return house.call(NUMBER, *steps, ani=ani)


def orders(house: House) -> list[tuple]:
    with sqlite3.connect(house.folder / "orders.db") as database:
        rows = database.execute("SELECT number, customer FROM orders").fetchall()
    database.close()
    return rows


@pytest.mark.req("X-003")
def test_who_keys_the_password_orders_and_gets_a_mail(house: House, inbox: Inbox):
    heard = prove(house, WRONG, PIN)
    assert heard.cause == "NORMAL_CLEARING", house.logs()
    assert "That is wrong. You have" in heard.words
    assert "Your order has number" in heard.words
    assert orders(house) == [(1, "0042")]
    (mail,) = inbox.mails
    assert b"To: wang@example.com" in mail
    assert b"We have your order" in mail
    story = house.story()
    for told in ("looked up in customers: one row", "password of 0042: wrong, 2 attempts left",
                 "password of 0042: proved", "created a row in orders",
                 "sent desk.mail by email to wang@example.com"):  # fmt: skip
        assert told in story


def test_the_digits_of_a_secret_stand_in_no_file_of_the_house(house: House):
    prove(house, WRONG, PIN)
    house.wait_until(lambda: not list((house.folder / "cdrs").glob("*.json")), "CDRs are in")
    searched = 0
    for file in house.folder.rglob("*"):
        if file.is_file():
            searched += 1
            content = file.read_bytes()
            for digits in (PIN, WRONG):
                spaced = rb"\D{0,40}".join(digit.encode() for digit in digits)
                assert digits.encode() not in content, file
                if file.suffix in {".log", ".json", ".yaml"}:
                    assert not re.search(rb"(?<!\d)" + spaced + rb"(?!\d)", content), file
    assert searched > 10


@pytest.mark.req("X-003")
def test_three_wrong_ones_lock_the_account_for_the_next_call_too(house: House):
    locked = prove(house, WRONG, WRONG, WRONG)
    assert "It is locked now." in locked.words
    assert "It is locked now." in prove(house, PIN).words
    house.command("secrets", "unlock", "password", "--owner", "0042", "--caller", "13800138000")
    assert "Your order has number" in prove(house, PIN).words


def test_a_stranger_is_told_so(house: House):
    assert "We do not know you." in prove(house, ani="13900139000").words


def test_a_changed_file_is_read_again(house: House):
    file: Path = house.folder / "customers.csv"
    file.write_bytes((CUSTOMERS + "0043,13900139000,李,li@example.com\n").encode())
    house.command("secrets", "set", "password", "0043", "--digits", PIN)
    assert "Your order has number" in prove(house, PIN, ani="13900139000").words
    assert (orders(house)[-1][1]) == "0043"
