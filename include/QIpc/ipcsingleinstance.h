// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCSINGLEINSTANCE_H
#define QIPC_IPCSINGLEINSTANCE_H

#include <QIpc/ipcactivation.h>
#include <QIpc/ipcresult.h>
#include <QIpc/ipcvalue.h>
#include <QIpc/qipc_export.h>

#include <QtCore/QFuture>
#include <QtCore/QObject>

#include <chrono>
#include <memory>
#include <optional>

class IPCSingleInstancePrivate;

/*!
 * One running instance of a program: the first start becomes the primary, later ones hand their
 * arguments over to it and end.
 *
 * \code
 * QApplication app(argc, argv);
 * IPCSingleInstance instance(QStringLiteral("org.example.viewer"));
 * if (const auto exitCode = instance.startOrHandOver())
 *     return *exitCode;
 * Window window;
 * QObject::connect(&instance, &IPCSingleInstance::activated, &window,
 *                  [&window](const IPCActivation &activation) {
 *                      window.open(activation.arguments(), activation.workingDirectory());
 *                  });
 * \endcode
 *
 * A lock of the kernel decides who is the primary. It ends with the process that holds it, however
 * that ends; there is nothing to go stale, and no pid has a meaning. It lies in a folder that is
 * the user's own and does not depend on how the program was launched. When the primary dies, a
 * secondary that is still there becomes the primary.
 *
 * A child that the primary makes by `fork()` without `exec()` holds the lock as well, for as long
 * as it lives, unless it calls ipcCloseInChild(). A program started by `exec()`, as QProcess does,
 * does not.
 *
 * Needs a QCoreApplication, or what is made of it; not its exec(). Without one start() gives Failed
 * at once, with `InvalidState`. Lives in one thread: what changes it is refused in another one, and
 * logged. Move it to another thread before start(): moveToThread() of a started one gives up its
 * role, which is logged, and roleChanged() with Failed follows in the new thread.
 *
 * One object may be kept from a QCoreApplication to the next one, such as from one without a
 * display that looks for the running instance to the QApplication of the primary: it keeps its
 * role, and what came in between follows.
 */
class QIPC_EXPORT IPCSingleInstance : public QObject
{
    Q_OBJECT
    Q_PROPERTY(
        QString applicationId READ applicationId WRITE setApplicationId NOTIFY applicationIdChanged)
    Q_PROPERTY(Scope scope READ scope WRITE setScope NOTIFY scopeChanged)
    Q_PROPERTY(Role role READ role NOTIFY roleChanged)

public:
    //! What this process is.
    enum class Role {
        None, //!< Not started.
        Primary, //!< The one that runs.
        Secondary, //!< There is a primary, and it answers.
        Unresponsive, //!< There is a primary, and it does not answer. Nothing was taken from it.
        Failed, //!< It cannot be told; see error().
    };
    Q_ENUM(Role)

    //! Among which processes there is one primary.
    enum class Scope {
        User, //!< Those of this user on this machine.
        Session, //!< Those of this login session.
        Display, //!< Those on this display of X11 or Wayland.
    };
    Q_ENUM(Scope)

    //! How long a start that is handed over waits.
    enum class Until {
        ExitCode, //!< Until the primary gives its exit code, however late.
        Taken, //!< Until the primary's slots have returned: with the code that they gave, or 0.
    };
    Q_ENUM(Until)

    //! For the program that QCoreApplication names: by its organization's domain, else its name,
    //! and its own name.
    explicit IPCSingleInstance(QObject *parent = nullptr);
    //! For the program \a id, of any length, such as `org.example.viewer`.
    explicit IPCSingleInstance(const QString &applicationId, QObject *parent = nullptr);
    //! A primary gives up its role. Starts that still wait for their exit code get an error.
    ~IPCSingleInstance() override;

    //! Takes effect with the next start(), as the scope does.
    [[nodiscard]] QString applicationId() const;
    void setApplicationId(const QString &applicationId);

    //! By default Scope::User.
    [[nodiscard]] Scope scope() const;
    void setScope(Scope scope);

    //! What is handed over besides the arguments, by default undefined.
    [[nodiscard]] QVariant payload() const;
    void setPayload(const IPCValue &payload);

    /*!
     * Finds out what this process is, and returns that: Primary, Secondary, Unresponsive where the
     * primary has not answered within \a timeout (0 is for ever), or Failed. Runs an event loop of
     * its own, without user input, where it has to wait. Where it is Primary or Secondary already,
     * it returns that; and None where QCoreApplication::exit() ends that loop before.
     */
    Role start(std::chrono::milliseconds timeout = std::chrono::seconds(5));
    //! As above, without an event loop of its own. The future gets Primary or Secondary, else what
    //! error() gives; `Closed` where this object goes before.
    QFuture<IPCResult<Role>>
    startAsync(std::chrono::milliseconds timeout = std::chrono::seconds(5));

    /*!
     * Hands the arguments, the working directory, the payload and the launcher's token over to the
     * primary, and waits, in an event loop of its own, for the exit code that it answers with: at
     * most for as long as \a timeout, 0 is for ever.
     *
     * Where the primary dies meanwhile, they go to the next one. Errors: TimedOut; Aborted, where
     * QCoreApplication::exit() ends that loop; NoAnswer, where the primary is none of this program;
     * InvalidState where this is not a Secondary, or has become the primary itself: look at role()
     * then, the arguments are this process's own to handle. Never an exit code of something that
     * the primary did not take. Where the primary goes right after its answer, this returns first,
     * and an election follows only if an event loop goes on.
     */
    IPCResult<int> handOver(std::chrono::milliseconds timeout = std::chrono::seconds(10));
    //! As above, with \a arguments in place of those of QCoreApplication, and until then.
    IPCResult<int> handOver(const QStringList &arguments, std::chrono::milliseconds timeout,
                            Until until = Until::ExitCode);
    //! As above, without an event loop of its own. `Closed` where this object goes before.
    QFuture<IPCResult<int>> handOverAsync(const QStringList &arguments,
                                          std::chrono::milliseconds timeout,
                                          Until until = Until::ExitCode);

    /*!
     * start() and, for a secondary, handOver(\a handOverTimeout): nothing where this process is the
     * primary, and goes on; else the exit code with which to end it: that of the primary, or 1
     * where something went wrong, which is also logged.
     */
    [[nodiscard]] std::optional<int>
    startOrHandOver(std::chrono::milliseconds handOverTimeout = std::chrono::seconds(10));

    [[nodiscard]] Role role() const;

    //! Why start() gave Failed or Unresponsive; else no error.
    [[nodiscard]] IPCError error() const;

Q_SIGNALS:
    //! A later start handed itself over to this primary. Those that come before a slot is connected
    //! wait for it.
    void activated(const IPCActivation &activation);

    //! It was started; or a secondary became the primary, because that died.
    void roleChanged(IPCSingleInstance::Role role);
    void applicationIdChanged();
    void scopeChanged();

protected:
    void connectNotify(const QMetaMethod &signal) override;

private:
    friend class IPCSingleInstancePrivate;
    const std::unique_ptr<IPCSingleInstancePrivate> d_ptr;
};

#endif
