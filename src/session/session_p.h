// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_SESSION_P_H
#define QIPC_SESSION_P_H

#include "answer_p.h"
#include "compression_p.h"
#include "frame_p.h"
#include "handshake_p.h"
#include "limitlog_p.h"
#include "packet_p.h"
#include "pendingrequests_p.h"
#include "process_p.h"
#include "sendqueue_p.h"
#include "turnclock_p.h"

#include <QIpc/ipccredentials.h>
#include <QIpc/ipclimits.h>
#include <QIpc/ipcresult.h>

#include <QtCore/QBasicTimer>
#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>

#include <functional>
#include <memory>
#include <optional>

namespace qipc {

class Connector;
class Stream;

//! What this side wants of a connection.
struct SessionOptions
{
    enum class Wish { Auto, Json, MessagePack };

    IPCLimits limits;
    Wish encoding = Wish::Auto;
    bool compression = false; //!< Client: ask for it. Server: grant it.
    std::chrono::milliseconds heartbeat{0}; //!< 0: none.
    bool dropSlowReader = false; //!< End the session when its queue is full.
};

//! How a client presents itself.
struct Greeting
{
    QVariant payload;
    QString previousId; //!< Empty where there was none.
    bool trustAnyUser = false; //!< Else only this process's own user and root are talked to.
};

//! How a session ended.
struct SessionEnd
{
    IPCError error = {}; //!< NoError where it ended politely, by either side.
    QVariant reason = {}; //!< What the side that left gave.
    bool wasReady = false;
    bool mayReconnect = false; //!< The peer wishes it, or did not say that it does not.
};

/*!
 * One connection's life, for both roles: connecting, handshake, exchange, farewell.
 *
 * \code
 * Connecting ─▶ Greeting ─▶ (server: Deciding) ─▶ Ready ─▶ Closing (we leave) or Leaving (the peer
 * does) └────────────┴───────────────┴───────────────┴────────────┴─▶ Ended \endcode
 *
 * Its owner may delete it at any time, also from inside its signals and callbacks. All callbacks
 * are called exactly once, at the latest when it ends, and never from inside the call that got
 * them.
 */
class Session : public QObject, private TurnClock::Client
{
    Q_OBJECT

public:
    enum class Role { Client, Server };

    //! Whom a session gives what the peer sends. No signals, for there is much of it.
    class Receiver
    {
    public:
        virtual void handleMessage(const QVariant &message) = 0;
        virtual void handleRequest(const QVariant &request,
                                   const std::shared_ptr<qipc::Answer> &answer) = 0;

    protected:
        ~Receiver() = default;
    };

    //! A client's session with the server at \a address, as addressOf() gave it; where that is an
    //! error the session ends with it. Signals follow from the event loop.
    [[nodiscard]] static std::unique_ptr<Session> connectTo(const IPCResult<QString> &address,
                                                            const SessionOptions &options,
                                                            const Greeting &greeting);
    //! The address that \a path stands for now: a relative one depends on the working directory,
    //! and a name on the temporary one. Returns the errors of resolveAddress().
    [[nodiscard]] static IPCResult<QString> addressOf(const QString &path);
    //! A server's session over \a stream. Signals follow from the event loop.
    [[nodiscard]] static std::unique_ptr<Session> serve(std::unique_ptr<Stream> stream,
                                                        const SessionOptions &options);

    //! A session that is Ready says farewell, without waiting.
    ~Session() override;

    //! Server, after handshakeReceived(): let the client in, as \a id.
    void accept(const QString &id);
    //! Server, before accept(): send the client away. \a code is the wire's word for it. ended()
    //! follows from the event loop, with \a error.
    void reject(const IPCError &error, const QString &code);

    //! Has to be set before the session is ready, and to outlive it or be set to null.
    void setReceiver(Receiver *receiver) { m_receiver = receiver; }

    [[nodiscard]] bool isReady() const { return m_state == State::Ready; }
    //! Also while what is pending fails, before ended().
    [[nodiscard]] bool hasEnded() const { return m_state == State::Ended; }
    [[nodiscard]] QString id() const { return m_id; }
    //! Which end of which connection this is, for the log.
    [[nodiscard]] QString name() const;
    [[nodiscard]] IPCCredentials credentials() const { return m_credentials; }
    //! How packets to this peer are written. What is the same for several may be encoded once.
    [[nodiscard]] const PacketFormat &format() const { return m_format; }
    [[nodiscard]] qsizetype queuedBytes() const;
    [[nodiscard]] const IPCLimits &limits() const { return m_options.limits; }

    //! Sends a packet; \a sent may be empty. Returns why it was not taken: then \a sent is not
    //! called.
    IPCError send(const Frame &frame, SentCallback sent = {});
    //! Sends a question, whose frame carries the nonce of its \a id. As send().
    IPCError ask(PendingRequests::Kind kind, const Frame &frame, RequestId id,
                 std::chrono::milliseconds timeout, AnswerCallback callback);

    //! Leaves politely; ended() follows. Returns EncodingError or MessageTooLarge, for the reason,
    //! and then stays.
    IPCError close(const QVariant &reason, bool mayReconnect);
    //! As above, within \a time instead of limits.closeTime, of which a part has passed.
    IPCError close(const QVariant &reason, bool mayReconnect, std::chrono::milliseconds time);
    //! Leaves at once; ended() with Aborted follows from inside.
    void abort(const QVariant &reason);
    //! Leaves at once, because of \a error, and without telling anybody: this object is about to be
    //! moved to another thread, where tellEnd() has to follow.
    void leaveThread(const IPCError &error);
    //! Fails what is pending, and emits ended().
    void tellEnd();
    //! It was made under an application that has gone, see Applications: ended() with
    //! ConnectionLost follows from the event loop.
    void endWithApplication();

    void setPaused(bool paused);
    [[nodiscard]] bool isPaused() const { return m_paused; }
    void setHeartbeat(std::chrono::milliseconds interval);

    //! For Answer: sends one. Returns why it was not taken: then the request still awaits it.
    IPCError takeAnswer(const Frame &frame);
    //! For Answer: there will be none, and \a why is nobody's to handle: errorOccurred() tells it.
    void answerLost(const IPCError &why);

Q_SIGNALS:
    //! Client: the server is there, the handshake begins.
    void streamConnected();
    //! Server: accept() or reject(), now or later. \a wantedId is the id that the client had
    //! before, a mere wish.
    void handshakeReceived(const QVariant &payload, const QString &wantedId);
    void ready();
    //! Something is wrong that does not end the session.
    void errorOccurred(const IPCError &error);
    //! Over. Fires once.
    void ended(const qipc::SessionEnd &end);

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    enum class State { Connecting, Greeting, Deciding, Ready, Closing, Leaving, Ended };

    Session(Role role, const SessionOptions &options);

    // sessionhandshake.cpp
    void startConnecting(const IPCResult<QString> &address, const Greeting &greeting);
    void startServing();
    void adopt(Stream *stream);
    void sendOffer();
    [[nodiscard]] bool passPreamble();
    void handleOffer(const Packet &packet);
    void handleReply(const Packet &packet);
    void handleRefusal(const Packet &packet);
    [[nodiscard]] IPCError checkReply(const Reply &reply) const;
    [[nodiscard]] IPCError checkServer() const;
    void agreeOn(bool ours, bool messagePack, bool compression);
    void becomeReady(const QString &id, bool ours, bool messagePack, bool compression);
    void failHandshake(const IPCError &error, const QString &code = {});

    // sessionreading.cpp
    void onReadable();
    void onStreamEnded(const IPCError &error);
    void readLater();
    void readSome();
    void warnOfDepth();
    void turnEnded() override;
    [[nodiscard]] bool handleNext();
    [[nodiscard]] bool pull();
    [[nodiscard]] bool mayHandle() const;
    void finishWithStream();
    void handleFrame(QByteArrayView payload);
    void handlePacket(Packet &&packet);
    void handleRequest(Packet &&packet);
    void handleResponse(PendingRequests::Kind kind, Packet &&packet);
    void handleFarewell(const Packet &packet);
    void protocolError(const IPCError &error);

    // session.cpp
    qsizetype put(const Frame &frame, SentCallback sent);
    qsizetype append(const Frame &frame, SentCallback sent);
    [[nodiscard]] IPCError notReady() const;
    [[nodiscard]] IPCError checkQueue(qsizetype size);
    void noteFullQueue(const IPCError &error);
    void endLogs();
    IPCError sendBack(const Frame &frame);
    [[nodiscard]] bool holdsBackFarewell() const;
    void sendFarewellIfFree();
    void sayFarewell(const Farewell &farewell);
    void finishWriting();
    [[nodiscard]] qint64 lostBytes() const;
    void warnOfBytesLeftBehind() const;
    void wait(std::chrono::milliseconds time);
    void patienceEnded();
    void beat();
    [[nodiscard]] bool noteBeat();
    void finish(const SessionEnd &end);
    void stop(const SessionEnd &end);

    const Role m_role;
    Receiver *m_receiver = nullptr;
    State m_state = State::Connecting;
    SessionOptions m_options;
    Greeting m_greeting;
    QString m_address; // of a client's server

    std::unique_ptr<Connector> m_connector;
    std::unique_ptr<Stream> m_stream;
    std::unique_ptr<SendQueue> m_queue;
    FrameReader m_reader;
    PendingRequests m_pending;
    std::shared_ptr<Mailbox> m_mailbox;
    std::shared_ptr<TurnClock> m_clock; // none once it has left its thread
    const ProcessMark m_process;

    IPCCredentials m_credentials;
    QString m_id;
    PacketFormat m_format;
    Offer m_offer; // ours, or the client's
    std::unique_ptr<Deflater> m_deflater;
    std::unique_ptr<Inflater> m_inflater;
    QByteArray m_inflated;
    qsizetype m_inflatedSize = 0; // of the last frame

    std::optional<Farewell> m_peerFarewell;
    bool m_peerSaidEnd = false;
    std::optional<Frame> m_farewellFrame; // ours, while it is held back
    qsizetype m_farewellSize = 0; // of ours, once it is given to the queue
    QVariant m_closeReason;
    bool m_mayComeBack = false; // what our farewell says

    QBasicTimer m_patience; // the time limit of the state
    QBasicTimer m_heartbeat;
    QElapsedTimer m_sinceBeat;
    qint64 m_sentAtBeat = 0;
    qsizetype m_queuedAtBeat = 0;
    bool m_heard = true; // since the last beat
    bool m_probing = false; // a sign of life was asked for
    bool m_excused = false; // a beat that came late did not count, once
    int m_answers = 0; // requests of the peer that await theirs
    int m_givenUp = 0; // questions whose answer may still come

    SessionEnd m_end; // of one that has ended
    std::function<void(const IPCError &)> m_unsent; // fails what has not left, in another thread
    std::optional<IPCError> m_streamEnd;
    bool m_preambleRead = false;
    bool m_writingFinished = false;
    bool m_paused = false;
    bool m_readPosted = false;
    int m_readers = 0; // calls of readSome() that have not returned
    bool m_warnedOfDepth = false;
    bool m_awaitsTurnEnd = false;
    LimitLog m_queueLog{logSession, "messages"};
    LimitLog m_requestLog{logSession, "requests of the peer"};
    IPCError m_dropping; // why the end of a slow reader is under way
};

} // namespace qipc

#endif
