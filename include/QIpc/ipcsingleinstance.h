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
 * that ends; there is nothing to go stale, and no pid has a meaning. When the primary dies, a
 * secondary that is still there becomes the primary.
 *
 * On Unix the primary holds such a lock, with a socket beside it, in each of these folders of the
 * user that it can use: `/run/user/<uid>/qipc` (in a Flatpak `$XDG_RUNTIME_DIR/app/<id>/qipc`, in a
 * strict snap `/run/user/<uid>/snap.<name>/qipc`), and `.cache/qipc` in the home folder that the
 * user database names. So it is found by every later start that can use one of the same folders,
 * also where the other one is not there yet, has gone with the last logout, or is hidden by a
 * sandbox. Only a user who has neither folder gets `qipc` in `XDG_RUNTIME_DIR`, if that is the
 * user's own, and `.cache/qipc` in `HOME`; no other variable has a part in it. setDirectory() puts
 * all this elsewhere.
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
 * role, and what came in between follows. A hand-over that has no answer when the application goes
 * is made again under the next one, so the primary may see it twice; its timeout begins anew.
 */
class QIPC_EXPORT IPCSingleInstance : public QObject
{
    Q_OBJECT
    Q_PROPERTY(
        QString applicationId READ applicationId WRITE setApplicationId NOTIFY applicationIdChanged)
    Q_PROPERTY(Scope scope READ scope WRITE setScope NOTIFY scopeChanged)
    Q_PROPERTY(QString directory READ directory WRITE setDirectory NOTIFY directoryChanged)
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
        Display, //!< Those on this display of X11 or Wayland, however it is spelled: `:0`, `:0.0`
                 //!< and `unix:0`, or `wayland-0` and the path of its socket.
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

    /*!
     * A folder of the application's own in which the primary is elected, in place of the user's
     * folders that are named above: for tests, and for a second profile that runs beside the first.
     * Empty, the default: those. Takes effect with the next start().
     *
     * A relative path is relative to the working directory at start(). Where the folder is missing,
     * start() makes it, with mode 0700; the folder that it lies in has to exist. It has to belong
     * to this user, others may not be able to write to it, its file system has to have locks and
     * sockets, and its path may take 93 bytes; else start() is Failed with NoSuchServer,
     * PermissionDenied, OutOfResources or NameTooLong. On Windows nothing is made: it is a part of
     * the name of a pipe.
     */
    [[nodiscard]] QString directory() const;
    void setDirectory(const QString &directory);

    //! What is handed over besides the arguments, by default undefined.
    [[nodiscard]] QVariant payload() const;
    void setPayload(const IPCValue &payload);

    /*!
     * Finds out what this process is, and returns that: Primary, Secondary, Unresponsive where the
     * primary has not answered within \a timeout (0 is for ever), or Failed where none of the
     * folders can be used: error() names each, and why. Runs an event loop of
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
    //! As above, with \a arguments in place of those of QCoreApplication, and until then. Those
    //! that are in QCoreApplication::arguments() keep their bytes: IPCActivation::argumentBytes().
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

    /*!
     * Later starts do not find this primary any more, and one of them becomes a second one: all its
     * folders were removed or made unusable, and it cannot make them anew. \a error says why for
     * each. On Linux; the portable transport does not notice it. It is tried again, at intervals of
     * 1 to 60 s, until it works; this is emitted again only for another reason, such as
     * AddressInUse, where another process has become the primary meanwhile. Where nobody listens to
     * this signal, a warning is logged under `qipc.single`.
     *
     * As long as one folder is left there is no error: a later start finds the primary there, and
     * that takes the other one again.
     */
    void errorOccurred(const IPCError &error);

    //! It was started; or a secondary became the primary, because that died.
    void roleChanged(IPCSingleInstance::Role role);
    void applicationIdChanged();
    void scopeChanged();
    void directoryChanged();

protected:
    void connectNotify(const QMetaMethod &signal) override;

private:
    friend class IPCSingleInstancePrivate;
    const std::unique_ptr<IPCSingleInstancePrivate> d_ptr;
};

#endif
