// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "listener_p.h"

#include "applications_p.h"
#include "localstream_p.h"
#include "logging_p.h"
#include "process_p.h"
#include "socketfile_p.h"

#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QLockFile>
#include <QtCore/QPointer>
#include <QtNetwork/QLocalServer>
#include <QtNetwork/QLocalSocket>

#include <chrono>

using namespace std::chrono_literals;
using Code = IPCError::Code;

namespace qipc {

namespace {

// How long others may take to look and to start listening. They need a millisecond.
constexpr auto lockTime = 1000ms;

IPCError cannotListen(Code code, const QString &address, const QString &why)
{
    return IPCError(code, QStringLiteral("cannot listen at \"%1\": %2").arg(address, why));
}

QLocalServer::SocketOptions optionsFor(SocketAccess access)
{
    switch (access) {
    case SocketAccess::User:
        return QLocalServer::UserAccessOption;
    case SocketAccess::Group:
        return QLocalServer::UserAccessOption | QLocalServer::GroupAccessOption;
    case SocketAccess::World:
        return QLocalServer::WorldAccessOption;
    }
    Q_UNREACHABLE();
    return QLocalServer::UserAccessOption;
}

#ifndef Q_OS_WIN
// QLockFile removes any file that is old enough. What it writes are a pid, the names of the program
// and of the host, and ids, a line each; and for a moment nothing.
bool isAnotherProgramsFile(const QString &path)
{
    constexpr qint64 enough = 1024;
    QFile file(path);
    // What is tried next meets the reason why not.
    if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly))
        return false;
    const QByteArray content = file.read(enough);
    const qlonglong pid = content.left(content.indexOf('\n')).toLongLong();
    return !content.isEmpty() && (pid <= 0 || content.count('\n') < 3);
}

IPCError takeLock(QLockFile &lock, const QString &address)
{
    if (!QFileInfo(QFileInfo(address).path()).isDir())
        return cannotListen(
            Code::NoSuchServer, address,
            QStringLiteral("the folder does not exist: create it first, or use another"));
    if (isAnotherProgramsFile(lock.fileName()))
        return cannotListen(Code::PermissionDenied, address,
                            QStringLiteral("\"%1\" is another program's file; use another address, "
                                           "or remove it")
                                .arg(lock.fileName()));
    if (lock.tryLock(int(lockTime.count())))
        return {};
    switch (lock.error()) {
    case QLockFile::NoError:
    case QLockFile::LockFailedError:
        return cannotListen(Code::AddressInUse, address,
                            QStringLiteral("another server is about to take this address"));
    case QLockFile::PermissionError:
        return cannotListen(Code::PermissionDenied, address,
                            QStringLiteral("use a folder that this user may write to"));
    case QLockFile::UnknownError:
        break;
    }
    return cannotListen(Code::OutOfResources, address,
                        QStringLiteral("cannot write its lock file"));
}

// QLocalServer replaces whatever is at its path, so only nothing and a socket that refuses may be
// there.
IPCError checkFree(const QString &address)
{
    switch (fileKind(address)) {
    case FileKind::Nothing:
        return {};
    case FileKind::Other:
        return cannotListen(
            Code::NotASocket, address,
            QStringLiteral("what is there is not a socket; remove it, or use another "
                           "address"));
    case FileKind::Socket:
        break;
    }
    QLocalSocket probe;
    probe.connectToServer(address);
    // It answers at once on Unix. Still connecting means that the server's backlog is full.
    if (probe.state() == QLocalSocket::UnconnectedState) {
        if (probe.error() == QLocalSocket::ConnectionRefusedError
            || probe.error() == QLocalSocket::ServerNotFoundError)
            return {};
        if (probe.error() == QLocalSocket::SocketAccessError)
            return cannotListen(
                Code::PermissionDenied, address,
                QStringLiteral("the socket there belongs to somebody else; use another "
                               "address"));
    }
    return cannotListen(Code::AddressInUse, address,
                        QStringLiteral("a live server has this address"));
}
#endif

IPCError errorOf(const QLocalServer &server, const QString &address)
{
    switch (server.serverError()) {
    case QAbstractSocket::AddressInUseError:
        return cannotListen(Code::AddressInUse, address,
                            QStringLiteral("a live server has this address"));
    case QAbstractSocket::SocketAccessError:
        return cannotListen(Code::PermissionDenied, address,
                            QStringLiteral("use a folder that this user may write to"));
    default:
        return cannotListen(Code::OutOfResources, address, server.errorString());
    }
}

/*!
 * Listens by a QLocalServer. This is all that the classes of Qt alone permit. Against what
 * listener_p.h promises:
 *
 * - A program that knows nothing of our lock and takes the address between our look and our
 * listening is displaced.
 * - close() removes what is at the address, whoever put it there.
 * - When descriptors run out the server has ended, and only isListening() tells.
 * - Of those who connect while nobody is accepted, two are accepted all the same and wait here.
 * - On Windows two servers may listen at one address.
 */
class LocalListener final : public Listener
{
public:
    LocalListener();
    ~LocalListener() override;
    Q_DISABLE_COPY_MOVE(LocalListener)

    [[nodiscard]] IPCError listen(const Options &options) override;
    void close() override;
    [[nodiscard]] bool isListening() const override { return m_server->isListening(); }
    void setAccepting(bool accepting) override;

private:
    void onNewConnection();
    void deliver();
    void startAnew();

    std::unique_ptr<QLocalServer> m_server = std::make_unique<QLocalServer>();
    Options m_options; // of the last listen()
    bool m_accepting = true;
    const ProcessMark m_process;
};

LocalListener::LocalListener()
{
    m_server->setMaxPendingConnections(1);
    connect(m_server.get(), &QLocalServer::newConnection, this, &LocalListener::onNewConnection);
    connect(Applications::instance(), &Applications::changed, this, &LocalListener::startAnew);
}

LocalListener::~LocalListener()
{
    close();
    if (!m_process.isHere())
        static_cast<void>(m_server.release()); // it would remove the parent's socket
}

void LocalListener::close()
{
    if (!m_process.isHere())
        return;
    forgetDescriptor(int(m_server->socketDescriptor()));
    m_server->close();
}

IPCError LocalListener::listen(const Options &options)
{
    if (isListening())
        return IPCError(
            Code::InvalidState,
            QStringLiteral("listening already, at \"%1\"").arg(m_server->fullServerName()));
#ifndef Q_OS_WIN
    // Held while we look and start to listen. From then on the socket says itself that it is alive,
    // which a lock file cannot: in a sandbox the pid in it proves nothing.
    QLockFile lock(options.address + u".lock");
    if (const IPCError error = takeLock(lock, options.address))
        return error;
    if (const IPCError error = checkFree(options.address))
        return error;
#endif
    m_options = options;
    m_server->setSocketOptions(optionsFor(options.access));
    m_server->setListenBacklogSize(options.backlog);
    if (!m_server->listen(options.address))
        return errorOf(*m_server, options.address);
    noteDescriptor(int(m_server->socketDescriptor()));
    qCDebug(logTransport, "listening at %ls", qUtf16Printable(options.address));
    return {};
}

// Its notifier was that of an application that has gone.
void LocalListener::startAnew()
{
    if (!isMainThread() || !isListening())
        return;
    close();
    if (const IPCError error = listen(m_options))
        QMetaObject::invokeMethod(
            this, [this, error] { Q_EMIT errorOccurred(error); }, Qt::QueuedConnection);
}

void LocalListener::setAccepting(bool accepting)
{
    m_accepting = accepting;
    QMetaObject::invokeMethod(this, &LocalListener::deliver, Qt::QueuedConnection);
}

void LocalListener::onNewConnection()
{
    // Who has to wait for us is not to fill our memory meanwhile.
    const auto sockets = m_server->findChildren<QLocalSocket *>(Qt::FindDirectChildrenOnly);
    for (QLocalSocket *socket : sockets)
        socket->setReadBufferSize(LocalStream::readBufferSize);
    // Later, because the receiver may delete us, and so the server whose signal this is.
    QMetaObject::invokeMethod(this, &LocalListener::deliver, Qt::QueuedConnection);
}

void LocalListener::deliver()
{
    const QPointer<LocalListener> self(this);
    while (self && m_accepting && m_server->hasPendingConnections()) {
        std::unique_ptr<QLocalSocket> socket(m_server->nextPendingConnection());
        socket->setParent(nullptr);
        Q_EMIT incoming(new LocalStream(std::move(socket)));
    }
}

} // namespace

std::unique_ptr<Listener> Listener::create()
{
    return std::make_unique<LocalListener>();
}

} // namespace qipc
