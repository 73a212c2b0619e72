// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "packet_p.h"
#include "pubsub_p.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace qipc;

Q_DECLARE_METATYPE(qipc::Encoding)
Q_DECLARE_METATYPE(qipc::Dialect)

namespace {

PacketFormat format(Encoding encoding, Dialect dialect = Dialect::Ours)
{
    return {encoding, dialect, 128, 1024 * 1024};
}

QByteArray payloadOf(const IPCResult<Frame> &frame)
{
    return frame ? frame->payload().toByteArray() : frame.error().message().toUtf8();
}

void addEncodings()
{
    QTest::addColumn<Encoding>("encoding");
    QTest::newRow("JSON") << Encoding::Json;
    QTest::newRow("MessagePack") << Encoding::MessagePack;
}

} // namespace

class tst_Packet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesWhatNodeWrites_data();
    void writesWhatNodeWrites();
    void readsWhatItWrites_data() { addEncodings(); }
    void readsWhatItWrites();
    void carriesAFault_data() { addEncodings(); }
    void carriesAFault();
    void carriesAFarewell_data() { addEncodings(); }
    void carriesAFarewell();
    void refusesWhatIsNoPacket_data();
    void refusesWhatIsNoPacket();
    void takesKeysInAnyOrderAndUnknownOnes();
    void takesTheLastOfEqualKeys_data();
    void takesTheLastOfEqualKeys();
    void refusesAMessageAboveTheLimit();
    void sharesLargeBytes();
    void copiesBytesThatMayNotBeShared_data();
    void copiesBytesThatMayNotBeShared();
    void countsSharedBytesAgainstTheLimit();
    void takesLargeBytesWithoutACopy_data();
    void takesLargeBytesWithoutACopy();
    void copiesOtherBytes_data();
    void copiesOtherBytes();
    void survivesBytesThatAreDropped();
    void countsNestingFromTheData_data() { addEncodings(); }
    void countsNestingFromTheData();
    void countsTheValuesInListsAndMaps_data();
    void countsTheValuesInListsAndMaps();
    void readsOnlyExactTopicRequests_data();
    void readsOnlyExactTopicRequests();
    void writesTopicRequestsAsIsdkDoes();
    void leavesAnUndefinedPublicationOut();
};

void tst_Packet::writesWhatNodeWrites_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("expected");
    const auto json = format(Encoding::Json, Dialect::Node);
    const auto row = [](const char *name, const IPCResult<Frame> &frame, const char *expected) {
        QTest::newRow(name) << payloadOf(frame) << QByteArray(expected);
    };
    row("message", encodePacket(json, PacketType::Message, u"hello"_s), R"({"t":1,"d":"hello"})");
    row("undefined", encodePacket(json, PacketType::Message, {}), R"({"t":1})");
    row("null", encodePacket(json, PacketType::Message, QVariant::fromValue(nullptr)),
        R"({"t":1,"d":null})");
    row("request", encodePacket(json, PacketType::Request, QVariantList{1, 2}, u"abc"_s),
        R"({"t":2,"d":[1,2],"n":"abc"})");
    row("end", encodeFarewell(json, {u"bye"_s, false, {}}), R"({"t":6,"d":{"m":"bye","a":false}})");
    row("end after silence", encodeFarewell(json, {}), R"({"t":6,"d":{"a":false}})");
    row("filler", encodePacket(json, PacketType::Filler, {}), R"({"t":7})");
    row("fault", encodeFault(json, u"1"_s, {u"gone"_s, u"no more"_s}),
        R"({"t":3,"n":"1","e":{"code":"gone","message":"no more"}})");
}

void tst_Packet::writesWhatNodeWrites()
{
    QFETCH(QByteArray, payload);
    QFETCH(QByteArray, expected);
    QCOMPARE(payload, expected);
}

void tst_Packet::readsWhatItWrites()
{
    QFETCH(Encoding, encoding);
    const QVariantMap data{{u"a"_s, 1LL},
                           {u"b"_s, QVariantList{u"x"_s, QVariant::fromValue(nullptr)}}};
    for (const PacketType type : {PacketType::Message, PacketType::Request, PacketType::Response,
                                  PacketType::Ping, PacketType::Pong}) {
        const auto frame = encodePacket(format(encoding), type, data, u"n1"_s);
        QVERIFY(frame);
        const auto packet = decodePacket(frame->payload(), encoding, 128);
        QVERIFY2(packet, qPrintable(packet.error().message()));
        QCOMPARE(packet->type, qint64(type));
        QCOMPARE(packet->data, QVariant(data));
        QCOMPARE(packet->nonce, u"n1"_s);
        QVERIFY(!packet->fault);
    }
}

void tst_Packet::carriesAFault()
{
    QFETCH(Encoding, encoding);
    const auto frame = encodeFault(format(encoding), u"7"_s, {u"not-found"_s, u"no such thing"_s});
    QVERIFY(frame);
    const auto packet = decodePacket(frame->payload(), encoding, 128);
    QVERIFY(packet);
    QCOMPARE(packet->type, qint64(PacketType::Response));
    QVERIFY(!packet->data.isValid());
    QVERIFY(packet->fault);
    QCOMPARE(packet->fault->code, u"not-found"_s);
    QCOMPARE(packet->fault->message, u"no such thing"_s);
}

void tst_Packet::carriesAFarewell()
{
    QFETCH(Encoding, encoding);
    const auto frame = encodeFarewell(format(encoding), {u"bye"_s, true, u"rejected"_s});
    QVERIFY(frame);
    const auto packet = decodePacket(frame->payload(), encoding, 128);
    QVERIFY(packet);
    const auto farewell = readFarewell(packet->data);
    QVERIFY(farewell);
    QCOMPARE(farewell->reason, QVariant(u"bye"_s));
    QVERIFY(farewell->mayReconnect);
    QCOMPARE(farewell->code, u"rejected"_s);
    QVERIFY(!readFarewell(QVariant())); // no word about coming back
}

void tst_Packet::refusesWhatIsNoPacket_data()
{
    QTest::addColumn<Encoding>("encoding");
    QTest::addColumn<QByteArray>("payload");
    const auto json = [](const char *name, const QByteArray &payload) {
        QTest::newRow(name) << Encoding::Json << payload;
    };
    json("empty", "");
    json("no map", "[1]");
    json("a string", R"("x")");
    json("no type", R"({"d":1})");
    json("a type that is text", R"({"t":"1"})");
    json("a type with a fraction", R"({"t":1.5})");
    json("a type wider than 64 bits", R"({"t":18446744073709551615})");
    json("a nonce that is a number", R"({"t":2,"n":5})");
    json("a nonce that is too long", R"({"t":2,"n":")" + QByteArray(257, 'x') + R"("})");
    json("cut", R"({"t":1,"d":[)");
    json("two values", R"({"t":1}{"t":1})");
    const auto messagePack = [](const char *name, const char *hex) {
        QTest::newRow(name) << Encoding::MessagePack << QByteArray::fromHex(hex);
    };
    messagePack("empty, MessagePack", "");
    messagePack("no map, MessagePack", "9101");
    messagePack("no type, MessagePack", "81a16401");
    messagePack("cut, MessagePack", "82a17401a164");
    messagePack("two values, MessagePack", "81a1740181a17401");
}

void tst_Packet::refusesWhatIsNoPacket()
{
    QFETCH(Encoding, encoding);
    QFETCH(QByteArray, payload);
    const auto packet = decodePacket(payload, encoding, 128);
    QVERIFY(!packet);
    QCOMPARE(packet.error().code(), IPCError::Code::DecodingError);
    QVERIFY(!packet.error().message().isEmpty());
}

void tst_Packet::takesKeysInAnyOrderAndUnknownOnes()
{
    const auto packet =
        decodePacket(R"({"z":{"t":9},"n":"a","d":{"t":5},"t":2})", Encoding::Json, 8);
    QVERIFY(packet);
    QCOMPARE(packet->type, qint64(PacketType::Request));
    QCOMPARE(packet->nonce, u"a"_s);
    QCOMPARE(packet->data, QVariant(QVariantMap{{u"t"_s, 5LL}}));
}

void tst_Packet::takesTheLastOfEqualKeys_data()
{
    QTest::addColumn<Encoding>("encoding");
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("JSON") << Encoding::Json << QByteArray(R"({"t":1,"d":1,"x":[{"t":3}],"d":2})");
    QTest::newRow("JSON, escaped")
        << Encoding::Json << QByteArray(R"({"\u0074":1,"d":1,"dd":5,"\u0064":2})");
    QTest::newRow("MessagePack") << Encoding::MessagePack
                                 << QByteArray::fromHex("85a17401a16401a2646405a17805a16402");
    QTest::newRow("MessagePack, keys of other forms")
        << Encoding::MessagePack << QByteArray::fromHex("84d90174019105059003c4016402");
}

void tst_Packet::takesTheLastOfEqualKeys()
{
    QFETCH(Encoding, encoding);
    QFETCH(QByteArray, payload);
    const auto packet = decodePacket(payload, encoding, 8);
    QVERIFY2(packet, qPrintable(packet.error().message()));
    QCOMPARE(packet->type, 1);
    QCOMPARE(packet->data, QVariant(2LL));
}

void tst_Packet::sharesLargeBytes()
{
    const QByteArray large(sharingSize, 'x');
    const QVariantList data{large, QByteArray(sharingSize - 1, 'y'), large};
    const auto frame =
        encodePacket(format(Encoding::MessagePack), PacketType::Request, data, u"n"_s);
    QVERIFY(frame);
    QCOMPARE(frame->shared.size(), size_t(2));
    QCOMPARE(frame->shared[0].bytes.constData(), large.constData());
    const Frame joined = frame->joined();
    QCOMPARE(joined.size(), frame->size());
    const auto packet = decodePacket(joined.payload(), Encoding::MessagePack, 128);
    QVERIFY(packet);
    QCOMPARE(packet->data, QVariant(data));
    QCOMPARE(packet->nonce, u"n"_s);
}

void tst_Packet::copiesBytesThatMayNotBeShared_data()
{
    QTest::addColumn<Encoding>("encoding");
    QTest::addColumn<QByteArray>("bytes");
    static const QByteArray large(sharingSize, 'x');
    QTest::newRow("too small") << Encoding::MessagePack << large.first(sharingSize - 1);
    QTest::newRow("raw data") << Encoding::MessagePack
                              << QByteArray::fromRawData(large.constData(), large.size());
    QTest::newRow("JSON") << Encoding::Json << large;
}

void tst_Packet::copiesBytesThatMayNotBeShared()
{
    QFETCH(Encoding, encoding);
    QFETCH(QByteArray, bytes);
    const auto frame = encodePacket(format(encoding), PacketType::Message, bytes);
    QVERIFY(frame);
    QVERIFY(frame->shared.empty());
    QCOMPARE(decodePacket(frame->payload(), encoding, 128)->data, QVariant(bytes));
}

void tst_Packet::countsSharedBytesAgainstTheLimit()
{
    PacketFormat narrow = format(Encoding::MessagePack);
    narrow.maxSize = sharingSize + 20;
    QVERIFY(encodePacket(narrow, PacketType::Message, QByteArray(sharingSize, 'x')));
    const auto frame = encodePacket(narrow, PacketType::Message, QByteArray(sharingSize + 20, 'x'));
    QVERIFY(!frame);
    QCOMPARE(frame.error().code(), IPCError::Code::MessageTooLarge);
}

namespace {

QByteArray payloadFor(const QVariant &data)
{
    return encodePacket(format(Encoding::MessagePack), PacketType::Request, data, u"nonce"_s)
        ->joined()
        .payload()
        .toByteArray();
}

bool liesIn(const QByteArray &inner, const char *begin, qsizetype size)
{
    return inner.constData() >= begin && inner.constData() < begin + size;
}

} // namespace

void tst_Packet::takesLargeBytesWithoutACopy_data()
{
    QTest::addColumn<QVariant>("data");
    const QByteArray large(sharingSize, 'x');
    const QByteArray slightlyLarger(sharingSize + 100, 'z');
    QTest::newRow("alone") << QVariant(large);
    QTest::newRow("in a list, others around it")
        << QVariant(QVariantList{1LL, large, u"behind"_s, QByteArray("small")});
    // Only the first is most of it.
    QTest::newRow("two") << QVariant(QVariantList{large.repeated(2), large});
    QTest::newRow("two of equal size") << QVariant(QVariantList{slightlyLarger, large, 2LL});
}

void tst_Packet::takesLargeBytesWithoutACopy()
{
    QFETCH(QVariant, data);
    QByteArray storage = "before" + payloadFor(data) + "after";
    storage.squeeze();
    const char *const begin = storage.constData();
    const qsizetype size = storage.size();
    const auto payload = QByteArrayView(storage).sliced(6, size - 11);
    const auto packet = decodePacket(payload, Encoding::MessagePack, 128, std::move(storage));
    QVERIFY2(packet, qPrintable(packet.error().message()));
    QCOMPARE(packet->data, data);
    QCOMPARE(packet->nonce, u"nonce"_s);

    int taken = 0;
    const QVariantList values = data.typeId() == QMetaType::QVariantList
        ? packet->data.toList()
        : QVariantList{packet->data};
    for (const QVariant &value : values) {
        const QByteArray bytes = value.toByteArray();
        if (value.typeId() == QMetaType::QByteArray && liesIn(bytes, begin, size)) {
            ++taken;
            QCOMPARE(*bytes.constEnd(), '\0');
        }
    }
    QCOMPARE(taken, 1);
}

void tst_Packet::copiesOtherBytes_data()
{
    QTest::addColumn<QVariant>("data");
    QTest::addColumn<bool>("shared");
    const QByteArray large(sharingSize, 'x');
    QTest::newRow("too small") << QVariant(large.first(sharingSize - 1)) << false;
    QTest::newRow("less than half")
        << QVariant(QVariantList{large, QString(sharingSize + 100, u'x')}) << false;
    QTest::newRow("storage that is shared") << QVariant(large) << true;
}

void tst_Packet::copiesOtherBytes()
{
    QFETCH(QVariant, data);
    QFETCH(bool, shared);
    const QByteArray original = payloadFor(data);
    QByteArray storage(original.constData(), original.size());
    const QByteArray other = shared ? storage : QByteArray();
    const char *const begin = storage.constData();
    const QByteArrayView payload(storage);
    const auto packet = decodePacket(payload, Encoding::MessagePack, 128, std::move(storage));
    QVERIFY(packet);
    QCOMPARE(packet->data, data);
    if (shared)
        QCOMPARE(other, original);
    const QVariant value =
        data.typeId() == QMetaType::QVariantList ? packet->data.toList().first() : packet->data;
    QVERIFY(!liesIn(value.toByteArray(), begin, original.size()));
}

void tst_Packet::survivesBytesThatAreDropped()
{
    const QByteArray bin = QByteArray::fromHex("c600010000") + QByteArray(sharingSize, 'x');
    // The value of an entry that is not ours, then that of a key that comes again.
    for (const QByteArray &head : {"83a178"_ba, "82a16482a16b"_ba}) {
        const QByteArray tail = head.startsWith("83") ? "a17805a17407"_ba : "a16b05a17407"_ba;
        QByteArray storage = QByteArray::fromHex(head) + bin + QByteArray::fromHex(tail);
        storage.squeeze();
        const QByteArrayView payload(storage);
        const auto packet = decodePacket(payload, Encoding::MessagePack, 8, std::move(storage));
        QVERIFY2(packet, qPrintable(packet.error().message()));
        QCOMPARE(packet->type, 7);
    }
}

void tst_Packet::refusesAMessageAboveTheLimit()
{
    PacketFormat narrow = format(Encoding::Json);
    narrow.maxSize = 20;
    QVERIFY(encodePacket(narrow, PacketType::Message, u"12345"_s));
    const auto frame = encodePacket(narrow, PacketType::Message, u"123456789"_s);
    QVERIFY(!frame);
    QCOMPARE(frame.error().code(), IPCError::Code::MessageTooLarge);
    QCOMPARE(frame.error().limit(), u"messageSize"_s);
}

void tst_Packet::countsNestingFromTheData()
{
    QFETCH(Encoding, encoding);
    QVariant nested = 1LL;
    for (int level = 0; level < 3; ++level)
        nested = QVariantList{nested};
    PacketFormat flat = format(encoding);
    flat.values = 3;
    const auto frame = encodePacket(flat, PacketType::Message, nested);
    QVERIFY(frame);
    QVERIFY(decodePacket(frame->payload(), encoding, 3));
    const auto tooDeep = decodePacket(frame->payload(), encoding, 2);
    QVERIFY(!tooDeep);
    QCOMPARE(tooDeep.error().limit(), u"nesting"_s);
    flat.values = 2;
    QCOMPARE(encodePacket(flat, PacketType::Message, nested).error().code(),
             IPCError::Code::EncodingError);
}

void tst_Packet::countsTheValuesInListsAndMaps_data()
{
    QTest::addColumn<Encoding>("encoding");
    QTest::addColumn<QVariant>("data");
    QTest::addColumn<int>("values");
    const auto rows = [](const char *encodingName, Encoding encoding) {
        const auto row = [&](const char *name, const QVariant &data, int values) {
            QTest::addRow("%s, %s", encodingName, name) << encoding << data << values;
        };
        row("a list", QVariantList{1, 2, 3}, 3);
        row("a list of strings", QStringList{u"a"_s, u"b"_s}, 2);
        row("a map", QVariantMap{{u"a"_s, 1}, {u"b"_s, u"c"_s}}, 2);
        row("a map in a list", QVariantList{QVariantMap{{u"a"_s, 1}}, 2}, 3);
        row("lists in a map", QVariantMap{{u"a"_s, QVariantList{1, 2}}, {u"b"_s, QVariantList()}},
            4);
        row("long bytes", QVariantList{QByteArray(1000, 'x')}, 1);
    };
    rows("JSON", Encoding::Json);
    rows("MessagePack", Encoding::MessagePack);
}

void tst_Packet::countsTheValuesInListsAndMaps()
{
    QFETCH(Encoding, encoding);
    QFETCH(QVariant, data);
    QFETCH(int, values);
    PacketFormat exact = format(encoding);
    exact.values = {8, values};
    const auto frame = encodePacket(exact, PacketType::Message, data);
    QVERIFY2(frame, qPrintable(frame.error().message()));
    QVERIFY(decodePacket(frame->payload(), encoding, {8, values}));

    const auto tooMany = decodePacket(frame->payload(), encoding, {8, values - 1});
    QCOMPARE(tooMany.error().code(), IPCError::Code::DecodingError);
    QCOMPARE(tooMany.error().limit(), u"values"_s);
    QVERIFY(tooMany.error().message().contains(u"limits.values"_s));
    exact.values = {8, values - 1};
    const auto refused = encodePacket(exact, PacketType::Message, data);
    QCOMPARE(refused.error().code(), IPCError::Code::EncodingError);
    QCOMPARE(refused.error().limit(), u"values"_s);
    QVERIFY(refused.error().message().contains(u"limits.values"_s));
}

void tst_Packet::readsOnlyExactTopicRequests_data()
{
    QTest::addColumn<QVariant>("data");
    QTest::addColumn<bool>("isOne");
    const auto row = [](const char *name, const QVariant &data, bool isOne) {
        QTest::newRow(name) << data << isOne;
    };
    row("sub", QVariantMap{{u"sub"_s, u"a"_s}}, true);
    row("sub, several", QVariantMap{{u"sub"_s, QVariantList{u"a"_s, u"b"_s}}}, true);
    row("unsub", QVariantMap{{u"unsub"_s, u"a"_s}}, true);
    row("pub", QVariantMap{{u"pub"_s, u"a"_s}, {u"message"_s, 0}}, true);
    row("pub of undefined", QVariantMap{{u"pub"_s, u"a"_s}}, true);
    row("a string", u"sub"_s, false);
    row("an empty map", QVariantMap(), false);
    row("one key more", QVariantMap{{u"sub"_s, u"a"_s}, {u"x"_s, 1}}, false);
    row("pub, one key more", QVariantMap{{u"pub"_s, u"a"_s}, {u"message"_s, 0}, {u"x"_s, 1}},
        false);
    row("sub and unsub", QVariantMap{{u"sub"_s, u"a"_s}, {u"unsub"_s, u"b"_s}}, false);
    row("a topic that is a number", QVariantMap{{u"sub"_s, 1}}, false);
    row("a list with a number", QVariantMap{{u"sub"_s, QVariantList{u"a"_s, 1}}}, false);
    row("pub of a list", QVariantMap{{u"pub"_s, QVariantList{u"a"_s}}}, false);
    row("only a message", QVariantMap{{u"message"_s, 1}}, false);
}

void tst_Packet::readsOnlyExactTopicRequests()
{
    QFETCH(QVariant, data);
    QFETCH(bool, isOne);
    QCOMPARE(readTopicRequest(data).has_value(), isOne);
}

void tst_Packet::writesTopicRequestsAsIsdkDoes()
{
    using Kind = TopicRequest::Kind;
    const auto json = [](const QVariant &data) {
        return payloadOf(encodePacket(format(Encoding::Json), PacketType::Message, data));
    };
    QCOMPARE(json(topicRequestData({Kind::Subscribe, {u"a"_s}, {}})),
             QByteArray(R"({"t":1,"d":{"sub":"a"}})"));
    QCOMPARE(json(topicRequestData({Kind::Subscribe, {u"a"_s, u"b"_s}, {}})),
             QByteArray(R"({"t":1,"d":{"sub":["a","b"]}})"));
    QCOMPARE(json(topicRequestData({Kind::Unsubscribe, {u"a"_s}, {}})),
             QByteArray(R"({"t":1,"d":{"unsub":"a"}})"));
    QCOMPARE(json(topicRequestData({Kind::Publish, {u"a"_s}, false})),
             QByteArray(R"({"t":1,"d":{"message":false,"pub":"a"}})"));
    QCOMPARE(json(topicResultData(true)), QByteArray(R"({"t":1,"d":{"result":true}})"));
    QCOMPARE(readTopicResult(topicResultData(false)), std::optional<bool>(false));
    QVERIFY(!readTopicResult(u"yes"_s));
}

void tst_Packet::leavesAnUndefinedPublicationOut()
{
    QCOMPARE(publicationData({u"a"_s, {}}), QVariant(QVariantMap{{u"pub"_s, u"a"_s}}));
    const auto publication =
        readPublication(publicationData({u"a"_s, QVariant::fromValue(nullptr)}));
    QVERIFY(publication);
    QCOMPARE(publication->message.typeId(), int(QMetaType::Nullptr));
}

QTEST_GUILESS_MAIN(tst_Packet)

#include "tst_packet.moc"
