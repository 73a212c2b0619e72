// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// What may go while something is pending: the component, the engine, the object under either; and
// two engines in one process.

#include <QIpc/IPCClient>
#include <QIpc/IPCServer>
#include <QIpc/IPCSingleInstance>

#include <QtCore/QTemporaryDir>
#include <QtQml/QQmlComponent>
#include <QtQml/QQmlContext>
#include <QtQml/QQmlEngine>
#include <QtTest/QTest>

#include <memory>
#include <vector>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

// Where JavaScript writes down what became of its promises.
class Log : public QObject
{
    Q_OBJECT

public:
    Q_INVOKABLE void add(const QString &line) { lines.append(line); }

    QStringList lines;
};

class tst_Engines : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void theEngineGoesFirst();
    void theObjectGoesFirst();
    void theServerOfThePromiseGoesFirst();
    void theEngineTakesItsObjectsAlong();
    void aPromiseOutlivesEverything();
    void aResponderOutlivesItsEngine();
    void twoEnginesTalk();
    void anEngineComesAndGoesManyTimes();
    void aSlotMayDeleteWhatIsBeingStopped_data();
    void aSlotMayDeleteWhatIsBeingStopped();
    void listenersOfCppComeAndGoManyTimes();
    void startsWaitAlsoWhenAllSignalsWereDisconnected();
    void aStartWaitsAlsoBehindTheLastThatWasHeard();
    void warningsHaveTheirCategory();
    void errorsThatNobodyHandlesAreLogged_data();
    void errorsThatNobodyHandlesAreLogged();

private:
    std::unique_ptr<QQmlEngine> makeEngine();
    QObject *make(QQmlEngine *engine, const QString &body, const QString &type = u"IPCClient"_s);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<IPCServer> m_server; // keeps all requests
    std::unique_ptr<Log> m_log;
    QList<IPCResponder> m_requests;
};

void tst_Engines::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_log = std::make_unique<Log>();
    m_server = std::make_unique<IPCServer>(m_folder->filePath(u"s"_s));
    connect(m_server.get(), &IPCServer::requestReceived, this,
            [this](const QVariant &, const IPCResponder &respond) { m_requests.append(respond); });
    QVERIFY(m_server->listen());
}

void tst_Engines::cleanup()
{
    m_requests.clear();
    m_server.reset();
    m_log.reset();
}

std::unique_ptr<QQmlEngine> tst_Engines::makeEngine()
{
    auto engine = std::make_unique<QQmlEngine>();
    engine->addImportPath(QStringLiteral(QIPC_QML_IMPORT_PATH));
    // Not a property of a context: those are not found any more by what an object leaves behind.
    engine->globalObject().setProperty(u"log"_s, engine->newQObject(m_log.get()));
    QQmlEngine::setObjectOwnership(m_log.get(), QQmlEngine::CppOwnership);
    engine->globalObject().setProperty(u"askedPath"_s, m_server->path());
    return engine;
}

// An object without a parent, in C++'s hands.
QObject *tst_Engines::make(QQmlEngine *engine, const QString &body, const QString &type)
{
    QQmlComponent component(engine);
    component.setData(u"import QtQml\nimport QIpc\n%1 { %2 }"_s.arg(type, body).toUtf8(), {});
    QObject *object = component.create();
    if (!object)
        qWarning() << component.errors();
    else
        QQmlEngine::setObjectOwnership(object, QQmlEngine::CppOwnership);
    return object;
}

static const auto asking = u"path: askedPath; active: true; autoReconnect: false;"
                           "onReady: request('x').then(answer => log.add('kept ' + answer),"
                           "error => log.add('broken ' + error.code))"_s;

static QString broken(IPCError::Code code)
{
    return u"broken %1"_s.arg(int(code));
}

void tst_Engines::theEngineGoesFirst()
{
    auto engine = makeEngine();
    const std::unique_ptr<QObject> client(make(engine.get(), asking));
    QVERIFY(client);
    QTRY_COMPARE(m_requests.size(), 1);
    engine.reset();
    QVERIFY(m_requests.first()(u"too late"_s)); // comes to an object without an engine
    QTRY_VERIFY(!m_requests.first().isPending());
    QVERIFY(m_server->broadcast(1));
    m_server->ping();
    m_server->close();
    auto *peer = qobject_cast<IPCClient *>(client.get());
    QVERIFY(peer);
    QTRY_COMPARE(peer->status(), IPCClient::Status::Idle);
    QCOMPARE(m_log->lines, QStringList());
}

void tst_Engines::theObjectGoesFirst()
{
    auto engine = makeEngine();
    std::unique_ptr<QObject> client(make(engine.get(), asking));
    QVERIFY(client);
    QTRY_COMPARE(m_requests.size(), 1);
    client.reset();
    QTRY_COMPARE(m_log->lines, QStringList{broken(IPCError::Code::Closed)});
}

void tst_Engines::theServerOfThePromiseGoesFirst()
{
    auto engine = makeEngine();
    const QString path = m_folder->filePath(u"q"_s);
    std::unique_ptr<QObject> server(make(
        engine.get(),
        u"path: '%1'; active: true; onConnected: connection => {"
        "connection.request(1).catch(error => log.add('connection ' + error.code));"
        "survey(1).then(all => log.add('survey ' + all[0].error.code + all[0].connection)) }"_s.arg(
            path),
        u"IPCServer"_s));
    QVERIFY(server);
    IPCClient client(path);
    QList<IPCResponder> kept;
    connect(&client, &IPCPeer::requestReceived, this,
            [&](const QVariant &, const IPCResponder &respond) { kept.append(respond); });
    client.connectToServer();
    QTRY_COMPARE(kept.size(), 2);
    server.reset();
    const int code = int(IPCError::Code::Closed);
    QTRY_COMPARE(m_log->lines.size(), 2);
    m_log->lines.sort();
    QCOMPARE(m_log->lines,
             QStringList({u"connection %1"_s.arg(code), u"survey %1null"_s.arg(code)}));
}

void tst_Engines::theEngineTakesItsObjectsAlong()
{
    auto engine = makeEngine();
    // Owned by JavaScript alone: it goes while the engine is being destroyed.
    const QJSValue client = engine->newQObject(make(engine.get(), asking));
    QQmlEngine::setObjectOwnership(client.toQObject(), QQmlEngine::JavaScriptOwnership);
    QTRY_COMPARE(m_requests.size(), 1);
    engine.reset();
    QTRY_VERIFY(m_server->connections().isEmpty());
    QCOMPARE(m_log->lines, QStringList());
}

void tst_Engines::aPromiseOutlivesEverything()
{
    auto engine = makeEngine();
    {
        const std::unique_ptr<QObject> client(make(engine.get(), asking));
        QTRY_COMPARE(m_requests.size(), 1);
    }
    engine.reset(); // with the reactions of the rejection still to come
    QCoreApplication::processEvents();
    QCOMPARE(m_log->lines, QStringList());
}

void tst_Engines::aResponderOutlivesItsEngine()
{
    auto engine = makeEngine();
    const QString path = m_folder->filePath(u"q"_s);
    const std::unique_ptr<QObject> server(make(
        engine.get(),
        u"property var kept; path: '%1'; active: true;"
        "onRequestReceived: (request, respond) => { kept = respond; log.add('asked') }"_s.arg(path),
        u"IPCServer"_s));
    QVERIFY(server);
    IPCClient client(path);
    client.connectToServer();
    const auto answer = client.request(1);
    QTRY_COMPARE(m_log->lines, QStringList{u"asked"_s});
    engine.reset();
    QTRY_VERIFY(answer.isFinished());
    QCOMPARE(answer.result().error().code(), IPCError::Code::NoAnswer);
}

void tst_Engines::twoEnginesTalk()
{
    auto one = makeEngine();
    auto two = makeEngine();
    const QString path = m_folder->filePath(u"q"_s);
    const std::unique_ptr<QObject> server(
        make(one.get(),
             u"path: '%1'; active: true; onRequestReceived: (request, respond) =>"
             "respond(request === 'fail' ? request.nothing() : [request])"_s.arg(path),
             u"IPCServer"_s));
    const auto asks =
        u"path: '%1'; active: true; onReady: request('%2').then("
        "answer => log.add('%2 ' + Array.isArray(answer) + (answer instanceof Array)),"
        "error => log.add('%2 ' + error.remoteCode + (error instanceof Error)))"_s;
    const std::unique_ptr<QObject> here(make(one.get(), asks.arg(path, u"here"_s)));
    const std::unique_ptr<QObject> there(make(two.get(), asks.arg(path, u"there"_s)));
    QTRY_COMPARE(m_log->lines.size(), 2);
    m_log->lines.sort();
    QCOMPARE(m_log->lines, QStringList({u"here truetrue"_s, u"there truetrue"_s}));

    // Who throws in the one is not known in the other.
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"TypeError"_s));
    m_log->lines.clear();
    const std::unique_ptr<QObject> fails(make(two.get(), asks.arg(path, u"fail"_s)));
    QTRY_COMPARE(m_log->lines, QStringList{u"fail handler-failedtrue"_s});

    two.reset();
    m_log->lines.clear();
    const std::unique_ptr<QObject> again(make(one.get(), asks.arg(path, u"again"_s)));
    QTRY_COMPARE(m_log->lines, QStringList{u"again truetrue"_s});
}

void tst_Engines::anEngineComesAndGoesManyTimes()
{
    for (int i = 1; i <= 20; ++i) {
        auto engine = makeEngine();
        std::unique_ptr<QObject> client(make(engine.get(), asking));
        QTRY_COMPARE(m_requests.size(), i);
        if (i % 2 == 0)
            client.reset();
        engine.reset();
    }
    QTRY_VERIFY(m_server->connections().isEmpty());
}

// A slot of C++ that deletes the sender.
class Deleter : public QObject
{
    Q_OBJECT

public Q_SLOTS:
    void deleteSender() { delete sender(); }
};

void tst_Engines::aSlotMayDeleteWhatIsBeingStopped_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("call");
    QTest::newRow("client, close") << u"IPCClient"_s << u"close('bye')"_s;
    QTest::newRow("client, abort") << u"IPCClient"_s << u"abort('bye')"_s;
    QTest::newRow("server, close") << u"IPCServer"_s << u"close()"_s;
    QTest::newRow("server, closeForRestart") << u"IPCServer"_s << u"closeForRestart()"_s;
}

void tst_Engines::aSlotMayDeleteWhatIsBeingStopped()
{
    QFETCH(const QString, type);
    QFETCH(const QString, call);
    auto engine = makeEngine();
    const bool isClient = type == u"IPCClient"_s;
    const QString path = isClient ? m_server->path() : m_folder->filePath(u"q"_s);
    const QPointer<QObject> object(
        make(engine.get(), u"path: '%1'; active: true"_s.arg(path), type));
    QVERIFY(object);
    if (isClient)
        QTRY_COMPARE(m_server->connections().size(), 1);
    const Deleter deleter;
    connect(object, SIGNAL(activeChanged()), &deleter, SLOT(deleteSender()));
    engine->globalObject().setProperty(u"object"_s, engine->newQObject(object));
    const QJSValue returned = engine->evaluate(u"object.%1"_s.arg(call));
    QVERIFY(!object);
    QVERIFY2(returned.isUndefined(), qPrintable(returned.toString()));
    QTRY_COMPARE(m_server->connections().size(), 0);
}

class Listener : public QObject
{
    Q_OBJECT

public Q_SLOTS:
    void take()
    {
        ++taken;
        if (leaves)
            QObject::disconnect(sender(), nullptr, this, nullptr);
    }

public:
    int taken = 0;
    bool leaves = false;
};

static bool listen(QObject *instance, Listener *listener)
{
    return bool(QObject::connect(instance, SIGNAL(activated(qipc::QmlActivation *)), listener,
                                 SLOT(take())));
}

// One in 131 shares a mutex of Qt's with the instance.
void tst_Engines::listenersOfCppComeAndGoManyTimes()
{
    auto engine = makeEngine();
    const std::unique_ptr<QObject> instance(make(engine.get(), QString(), u"IPCSingleInstance"_s));
    QVERIFY(instance);
    std::vector<std::unique_ptr<Listener>> listeners;
    for (int i = 0; i < 2000; ++i)
        listeners.push_back(std::make_unique<Listener>());
    for (auto &listener : listeners) {
        QVERIFY(listen(instance.get(), listener.get()));
        QCoreApplication::processEvents();
        listener.reset();
        QCoreApplication::processEvents();
    }
}

void tst_Engines::startsWaitAlsoWhenAllSignalsWereDisconnected()
{
    const QString id = u"qipc-test-engines-%1"_s.arg(QCoreApplication::applicationPid());
    auto engine = makeEngine();
    const std::unique_ptr<QObject> object(
        make(engine.get(), u"applicationId: '%1'"_s.arg(id), u"IPCSingleInstance"_s));
    auto *primary = qobject_cast<IPCSingleInstance *>(object.get());
    QVERIFY(primary);
    primary->startAsync(5s);
    QTRY_COMPARE(primary->role(), IPCSingleInstance::Role::Primary);
    IPCSingleInstance later(id);
    later.startAsync(5s);
    QTRY_COMPARE(later.role(), IPCSingleInstance::Role::Secondary);

    Listener listener;
    QVERIFY(listen(primary, &listener));
    const auto heard = later.handOverAsync({}, 5s);
    QTRY_VERIFY(heard.isFinished());
    QCOMPARE(heard.result().valueOr(-1), 0);

    QVERIFY(QObject::disconnect(primary, nullptr, &listener, nullptr));
    const auto unheard = later.handOverAsync({}, 50ms);
    QTRY_VERIFY(unheard.isFinished());
    QCOMPARE(unheard.result().error().code(), IPCError::Code::TimedOut);

    QVERIFY(listen(primary, &listener));
    const auto heardAgain = later.handOverAsync({}, 5s);
    QTRY_VERIFY(heardAgain.isFinished());
    QCOMPARE(heardAgain.result().valueOr(-1), 0);
}

void tst_Engines::aStartWaitsAlsoBehindTheLastThatWasHeard()
{
    const QString id = u"qipc-test-engines-last-%1"_s.arg(QCoreApplication::applicationPid());
    auto engine = makeEngine();
    const std::unique_ptr<QObject> object(
        make(engine.get(), u"applicationId: '%1'"_s.arg(id), u"IPCSingleInstance"_s));
    auto *primary = qobject_cast<IPCSingleInstance *>(object.get());
    QVERIFY(primary);
    primary->startAsync(5s);
    QTRY_COMPARE(primary->role(), IPCSingleInstance::Role::Primary);
    IPCSingleInstance later(id);
    later.startAsync(5s);
    QTRY_COMPARE(later.role(), IPCSingleInstance::Role::Secondary);

    Listener listener;
    listener.leaves = true;
    QVERIFY(listen(primary, &listener));
    QCoreApplication::processEvents();
    const auto first = later.handOverAsync({}, 5s); // both are read in one turn
    const auto second = later.handOverAsync({}, 5s);
    QTRY_VERIFY(first.isFinished());
    QVERIFY(QTest::qWaitFor([&] { return listener.taken == 1; }));
    QVERIFY(!second.isFinished());

    QVERIFY(listen(primary, &listener));
    QTRY_VERIFY(second.isFinished());
    QCOMPARE(second.result().valueOr(-1), 0);
    QCOMPARE(listener.taken, 2);
}

static QStringList warnings;

void tst_Engines::warningsHaveTheirCategory()
{
    warnings.clear();
    const QtMessageHandler before = qInstallMessageHandler(
        [](QtMsgType, const QMessageLogContext &context, const QString &message) {
            warnings.append(QString::fromLatin1(context.category) + u": "_s + message);
        });
    auto engine = makeEngine();
    const std::unique_ptr<QObject> client(
        make(engine.get(), u"Component.onCompleted: { send('x'); post(new Map) }"_s));
    QTRY_COMPARE(warnings.size(), 2);
    qInstallMessageHandler(before);
    QCOMPARE(warnings.first(), u"qipc.qml: :3: cannot encode Map"_s);
    QCOMPARE(warnings.last(),
             u"qipc.qml: :3: a promise was rejected, and nobody handled it: "
             "IPCError: the client is not connected"_s);
}

void tst_Engines::errorsThatNobodyHandlesAreLogged_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("body"); // in which PATH is to be put
    QTest::addColumn<bool>("byCpp");
    QTest::addColumn<bool>("isLogged");
    const auto client = u"IPCClient"_s;
    const auto server = u"IPCServer"_s;
    const auto handler = u"; onErrorOccurred: error => log.add('handled')"_s;
    const auto nowhere = u"path: 'PATH/no/such/folder'; active: true"_s;
    const auto broken = u"path: 'PATH'; active: true"_s;
    const QString ofConnection =
        broken + u"; onConnected: c => c.errorOccurred.connect(() => log.add('handled'))"_s;
    QTest::newRow("client") << client << nowhere + u"; autoReconnect: false"_s << false << true;
    QTest::newRow("client, handled")
        << client << nowhere + u"; autoReconnect: false"_s + handler << false << false;
    QTest::newRow("server") << server << nowhere << false << true;
    QTest::newRow("server, handled") << server << nowhere + handler << false << false;
    QTest::newRow("connection") << server << broken << false << true;
    QTest::newRow("connection, handled by the server")
        << server << broken + handler << false << false;
    QTest::newRow("connection, handled by itself") << server << ofConnection << false << false;
    QTest::newRow("connection, handled in C++") << server << broken << true << false;
    const auto instance = u"IPCSingleInstance"_s;
    const auto named = u"applicationId: 'org.example.test'"_s;
    QTest::newRow("instance") << instance << named << false << true;
    QTest::newRow("instance, handled") << instance << named + handler << false << false;
    QTest::newRow("instance, handled in C++") << instance << named << true << false;
}

void tst_Engines::errorsThatNobodyHandlesAreLogged()
{
    QFETCH(const QString, type);
    QFETCH(QString, body);
    QFETCH(const bool, byCpp);
    QFETCH(const bool, isLogged);
    warnings.clear();
    const QtMessageHandler before = qInstallMessageHandler(
        [](QtMsgType, const QMessageLogContext &context, const QString &message) {
            warnings.append(QString::fromLatin1(context.category) + u": "_s + message);
        });
    auto engine = makeEngine();
    const QString path = m_folder->filePath(u"q"_s);
    body.replace(u"PATH"_s, path);
    const std::unique_ptr<QObject> object(make(engine.get(), u"id: me; "_s + body, type));
    auto *server = qobject_cast<IPCServer *>(object.get());
    auto *instance = qobject_cast<IPCSingleInstance *>(object.get());
    bool isHandled = false;
    const auto handle = [&isHandled] { isHandled = true; };
    if (byCpp && server)
        connect(server, &IPCServer::errorOccurred, this, handle);
    if (byCpp && instance)
        connect(instance, &IPCSingleInstance::errorOccurred, this, handle);
    if (instance)
        Q_EMIT instance->errorOccurred(IPCError(IPCError::Code::NoSuchServer, u"no place"_s));
    IPCClient client(path);
    if (server && server->isListening()) {
        client.connectToServer();
        QVERIFY(QTest::qWaitFor([&] { return !server->connections().isEmpty(); }));
        client.abort(); // without a farewell
    }
    const auto isTold = [&] { return isHandled || !m_log->lines.isEmpty() || !warnings.isEmpty(); };
    const bool told = QTest::qWaitFor(isTold);
    qInstallMessageHandler(before);
    QVERIFY(told);
    QVERIFY2(warnings.size() == (isLogged ? 1 : 0), qPrintable(warnings.join(u'\n')));
    if (isLogged) {
        const auto begin =
            u"qipc.qml: : me: an error occurred, and nobody handled it: IPCError: "_s;
        QVERIFY2(warnings.first().startsWith(begin), qPrintable(warnings.first()));
    }
}

QTEST_GUILESS_MAIN(tst_Engines)
#include "tst_engines.moc"
