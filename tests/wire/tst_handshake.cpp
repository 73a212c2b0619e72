// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "handshake_p.h"
#include "preamble_p.h"

#include <QtCore/QLine>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace qipc;
using Kind = Preamble::Kind;

Q_DECLARE_METATYPE(qipc::Preamble::Kind)

namespace {

const PacketFormat json{Encoding::Json, Dialect::Node, 128, 64 * 1024};

constexpr auto upgrade = "GET / HTTP/1.1\r\nHost: net-ipc\r\nConnection: Upgrade\r\n"
                         "Upgrade: net-ipc\r\n\r\n";

QByteArray payloadOf(const IPCResult<Frame> &frame)
{
    return frame ? frame->payload().toByteArray() : frame.error().message().toUtf8();
}

Packet packetOf(const QByteArray &payload)
{
    const auto packet = decodePacket(payload, Encoding::Json, 128);
    return packet ? *packet : Packet();
}

} // namespace

class tst_Handshake : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsPreamblesApart_data();
    void tellsPreamblesApart();
    void waitsForAWholePreamble();
    void boundsAnUpgradeThatDoesNotEnd();
    void offersAsNetIpcDoes();
    void readsTheOffersOfTheNodePeers_data();
    void readsTheOffersOfTheNodePeers();
    void repliesAsNetIpcDoes();
    void alwaysReplies();
    void readsTheRepliesOfTheNodePeers();
    void refusesWhatIsNoConnectionPacket_data();
    void refusesWhatIsNoConnectionPacket();
    void refusesAPayloadThatCannotBeSent();
};

void tst_Handshake::tellsPreamblesApart_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<qsizetype>("size");
    const auto row = [](const char *name, const QByteArray &bytes, Kind kind, qsizetype size) {
        QTest::newRow(name) << bytes << kind << size;
    };
    row("plain", "IPC", Kind::Plain, 3);
    row("plain, and more", "IPC\x80", Kind::Plain, 3);
    row("upgrade", upgrade, Kind::Upgrade, qsizetype(qstrlen(upgrade)));
    row("upgrade, and more", QByteArray(upgrade) + "\x80", Kind::Upgrade,
        qsizetype(qstrlen(upgrade)));
    row("lower case", QByteArray(upgrade).toLower().replace("get", "GET"), Kind::Unknown, 0);
    row("another protocol", QByteArray(upgrade).replace("net-ipc\r\n\r\n", "websocket\r\n\r\n"),
        Kind::Unknown, 0);
    row("plain HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", Kind::Unknown, 0);
    row("another method", "POST / HTTP/1.1\r\n\r\n", Kind::Unknown, 0);
    row("noise", QByteArray(3, '\0'), Kind::Unknown, 0);
}

void tst_Handshake::tellsPreamblesApart()
{
    QFETCH(QByteArray, bytes);
    QFETCH(Kind, kind);
    QFETCH(qsizetype, size);
    const Preamble preamble = readPreamble(bytes);
    QCOMPARE(preamble.kind, kind);
    QCOMPARE(preamble.size, size);
}

void tst_Handshake::waitsForAWholePreamble()
{
    for (const QByteArray &whole : {QByteArray("IPC"), QByteArray(upgrade)}) {
        for (qsizetype size = 0; size < whole.size(); ++size)
            QCOMPARE(readPreamble(whole.first(size)).kind, Kind::Incomplete);
        QVERIFY(readPreamble(whole).kind != Kind::Incomplete);
    }
}

void tst_Handshake::boundsAnUpgradeThatDoesNotEnd()
{
    const QByteArray endless = "GET " + QByteArray(maxUpgradeSize, 'x');
    QCOMPARE(readPreamble(endless.first(maxUpgradeSize - 1)).kind, Kind::Incomplete);
    QCOMPARE(readPreamble(endless).kind, Kind::Unknown);
}

void tst_Handshake::offersAsNetIpcDoes()
{
    Offer offer;
    offer.payload = QVariantMap{{u"user"_s, u"u"_s}};
    QCOMPARE(payloadOf(encodeOffer(offer, json)),
             QByteArray(R"({"t":0,"d":{"compress":false,"messagepack":false,)"
                        R"("extras":{"user":"u"},"id":null}})"));
    offer.payload = {};
    offer.compression = offer.messagePack = offer.ours = true;
    offer.previousId = u"abc"_s;
    QCOMPARE(payloadOf(encodeOffer(offer, json)),
             QByteArray(R"({"t":0,"d":{"compress":true,"messagepack":true,"id":"abc","qipc":1}})"));
}

void tst_Handshake::readsTheOffersOfTheNodePeers_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<bool>("compression");
    QTest::addColumn<bool>("messagePack");
    QTest::addColumn<bool>("ours");
    QTest::addColumn<QVariant>("extras");
    QTest::addColumn<QString>("id");
    const auto row = [](const char *name, const char *payload, bool compression, bool messagePack,
                        bool ours, const QVariant &extras, const QString &id) {
        QTest::newRow(name) << QByteArray(payload) << compression << messagePack << ours << extras
                            << id;
    };
    row("net-ipc", R"({"t":0,"d":{"compress":true,"messagepack":false,"extras":"hi","id":null}})",
        true, false, false, u"hi"_s, {});
    row("net-ipc, again", R"({"t":0,"d":{"compress":false,"messagepack":true,"id":"abc"}})", false,
        true, false, {}, u"abc"_s);
    row("isdk", R"({"t":0,"d":{}})", false, false, false, {}, {});
    row("ours", R"({"t":0,"d":{"qipc":1}})", false, false, true, {}, {});
    row("flags that are no flags",
        R"({"t":0,"d":{"compress":"yes","messagepack":1,"id":5,"qipc":"x"}})", false, false, false,
        {}, {});
}

void tst_Handshake::readsTheOffersOfTheNodePeers()
{
    QFETCH(QByteArray, payload);
    const auto offer = readOffer(packetOf(payload));
    QVERIFY(offer);
    QTEST(offer->compression, "compression");
    QTEST(offer->messagePack, "messagePack");
    QTEST(offer->ours, "ours");
    QTEST(offer->payload, "extras");
    QTEST(offer->previousId, "id");
}

void tst_Handshake::repliesAsNetIpcDoes()
{
    QCOMPARE(payloadOf(encodeReply({u"abc"_s, false, true, false, {}}, json)),
             QByteArray(R"({"t":0,"d":{"id":"abc","compress":false,"messagepack":true}})"));
    QCOMPARE(payloadOf(encodeReply({u"abc"_s, false, false, true, u"7"_s}, json)),
             QByteArray(R"({"t":0,"d":{"id":"abc","compress":false,"messagepack":false,"qipc":1},)"
                        R"("n":"7"})"));
}

// Whatever a message may have: who comes in is told so.
void tst_Handshake::alwaysReplies()
{
    PacketFormat small = json;
    small.maxSize = 1024;
    const QString longest(maxIdSize, u'\1'); // which takes six characters in JSON
    const QString nonce(maxNonceSize, u'\1');
    QVERIFY(encodeReply({longest, true, true, true, nonce}, small));
}

void tst_Handshake::readsTheRepliesOfTheNodePeers()
{
    const auto netIpc =
        readReply(packetOf(R"({"t":0,"d":{"id":"x","compress":true,"messagepack":true}})"));
    QVERIFY(netIpc);
    QCOMPARE(netIpc->id, u"x"_s);
    QVERIFY(netIpc->compression && netIpc->messagePack && !netIpc->ours);

    const auto isdk = readReply(packetOf(R"({"t":0,"d":{"id":"y"}})"));
    QVERIFY(isdk);
    QCOMPARE(isdk->id, u"y"_s);
    QVERIFY(!isdk->compression && !isdk->messagePack && !isdk->ours);
}

void tst_Handshake::refusesWhatIsNoConnectionPacket_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("a message") << QByteArray(R"({"t":1,"d":{}})");
    QTest::newRow("no data") << QByteArray(R"({"t":0})");
    QTest::newRow("data that is no map") << QByteArray(R"({"t":0,"d":[]})");
}

void tst_Handshake::refusesWhatIsNoConnectionPacket()
{
    QFETCH(QByteArray, payload);
    QCOMPARE(readOffer(packetOf(payload)).error().code(), IPCError::Code::ProtocolViolation);
    QCOMPARE(readReply(packetOf(payload)).error().code(), IPCError::Code::ProtocolViolation);
}

void tst_Handshake::refusesAPayloadThatCannotBeSent()
{
    Offer offer;
    offer.payload = QVariantMap{{u"where"_s, QLine(1, 2, 3, 4)}};
    const auto frame = encodeOffer(offer, json);
    QVERIFY(!frame);
    QCOMPARE(frame.error().code(), IPCError::Code::EncodingError);
    QVERIFY2(frame.error().message().contains(u"QLine"), qPrintable(frame.error().message()));
}

QTEST_GUILESS_MAIN(tst_Handshake)

#include "tst_handshake.moc"
