// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_SESSIONRUN_H
#define QIPC_TESTS_SESSIONRUN_H

#include "counterpart.h"
#include "fuzz.h"
#include "memorystream.h"
#include "session_p.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>

#include <memory>
#include <vector>

/*!
 * One session, from its making to its end, through what an input says: what comes from the peer, in
 * which pieces, what the program does meanwhile and from inside signals and callbacks, and how much
 * the system takes.
 *
 * Ends the process where the session breaks a promise of its header.
 *
 * The input is two bytes of options, then steps: a byte, of which the low half is the Step and the
 * high half its argument; behind Bytes and Payload stand their size, 16 bits, and so many bytes.
 */
class SessionRun final : private qipc::Session::Receiver
{
public:
    SessionRun(qipc::Session::Role role, Input input);
    ~SessionRun();
    Q_DISABLE_COPY_MOVE(SessionRun)

    void play();

private:
    enum class Step : quint8 {
        Bytes, //!< They come.
        Payload, //!< A frame with it comes, compressed where that was agreed upon.
        Settle, //!< The event loop runs until there is nothing to do.
        Turn, //!< One turn of it.
        Send,
        Ask,
        Ping,
        Close,
        Abort,
        Pause, //!< Or resume.
        MakeRoom, //!< The system takes more.
        Answer, //!< The oldest request.
        EndStream,
        PassTime,
        Decide, //!< Server: accept or reject.
        Arm, //!< What the next signal or callback does.
    };

    //! What a signal or callback does.
    enum class Deed : quint8 {
        Nothing,
        Delete,
        Abort,
        Close,
        RunEventLoop,
        Pause,
        Send,
        Ask,
        Answer,
        Decide,
        Feed,
    };

    //! A callback that the session has got.
    struct Callback
    {
        int calls = 0;
        bool isTaken = false; // the call that gave it has succeeded
        bool isInCall = true;
        bool isQuestion = false;
    };

    [[nodiscard]] static qipc::SessionOptions optionsFrom(quint8 byte);
    [[nodiscard]] std::unique_ptr<MemoryStream> makeStream();
    void start();
    void watch();

    void step();
    void feedBytes(QByteArrayView bytes);
    void feedPayload(QByteArrayView payload);
    void feed(QByteArrayView bytes);
    void settle();
    [[nodiscard]] QVariant nextValue(quint8 argument);
    void send(quint8 argument);
    void ask(qipc::PendingRequests::Kind kind, quint8 argument);
    void close(quint8 argument);
    void answer(quint8 argument);
    void endStream(quint8 argument);
    void passTime(quint8 argument);
    void decide(quint8 argument);

    void react();
    void act(Deed deed, quint8 argument);
    [[nodiscard]] std::shared_ptr<Callback> newCallback(bool isQuestion);
    void called(Callback &callback);
    void returned(Callback &callback, const IPCError &error);

    void onHandshake(const QVariant &payload);
    void onReady();
    void handleMessage(const QVariant &message) override;
    void handleRequest(const QVariant &request,
                       const std::shared_ptr<qipc::Answer> &answer) override;
    void onEnded(const qipc::SessionEnd &end);
    void onDismissed() const;
    void checkQueue() const;
    void checkAllSettled() const;

    const qipc::Session::Role m_role;
    Input m_input;
    const qipc::SessionOptions m_options;
    const quint8 m_more; // further options
    Counterpart m_counterpart;
    QObject m_context; // of the connections
    QPointer<MemoryStream> m_stream;
    std::unique_ptr<qipc::Session> m_session;

    std::vector<std::shared_ptr<Callback>> m_callbacks;
    std::vector<std::shared_ptr<qipc::Answer>> m_answers;
    quint64 m_events = 0; // whatever shows that something goes on
    int m_asked = 0;
    int m_largeValues = 0; // so many were made
    int m_depth = 0; // of signals and callbacks inside each other
    Deed m_armed = Deed::Nothing;
    quint8 m_armedArgument = 0;
    bool m_hasBegun = false; // bytes have come
    bool m_mayBeTooLarge = false; // so may something that has come
    bool m_isDeciding = false;
    bool m_hadHandshake = false;
    bool m_wasReady = false;
    bool m_hasEnded = false;
    bool m_hasSlept = false;
};

#endif
